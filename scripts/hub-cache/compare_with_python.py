"""Tests that Python and this library can share one Hugging Face cache, in both directions, with a Hub on loopback.

    python3 -m pip install -r scripts/hub-cache/requirements.txt
    python3 scripts/hub-cache/compare_with_python.py

1. huggingface_hub downloads a model. Its cache is recorded in test/fixtures/hub-cache/layout.json, and this library has to
   load the model from it without a network.
2. This library downloads the same model. huggingface_hub has to find every file without a warning. The same is tested for
   converted weights and for a model below a base URL, which are stored in the same folder.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "config.json": b"{}",
    "1_Pooling/config.json": b'{"pooling_mode": "cls"}',
    "model.safetensors": bytes(i % 251 for i in range(100_000)),
}

PROGRAM = """
import { argv } from 'node:process'
import { fileCache, hubSource, urlSource } from './node.js'
const [mode, endpoint, cacheDir] = argv.slice(2)
const cache = fileCache(cacheDir)
const model = hubSource('owner/name', { endpoint, cache, offline: mode === 'offline' })
const sizes = {}
for (const path of ['config.json', '1_Pooling/config.json', 'model.safetensors', 'modules.json'])
  sizes[path] = (await model.open(path))?.byteLength ?? null
if (mode === 'online') {
  await model.settle()
  const derivation = {
    name: 'copy-1',
    accept: async () => true,
    make: async (original) => ({
      byteLength: original.byteLength,
      chunks: (async function* () { yield await original.read(0, original.byteLength) })(),
    }),
  }
  await model.derive('model.safetensors', derivation)
  const below = urlSource(endpoint + '/files/', { cache })
  for (const path of ['config.json', 'absent.json']) await below.open(path)
}
console.log(JSON.stringify(sizes))
"""


def content_hash(path: str) -> str:
    data = FILES[path]
    if path.endswith(".safetensors"):
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Hub(BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = self.path.split("?")[0]
        resolve = next((p for p in (f"/owner/name/resolve/{r}/" for r in ("main", COMMIT)) if path.startswith(p)), "/files/")
        name = path.removeprefix(resolve)
        if path.startswith("/api/models/owner/name/revision/"):
            self.reply(200, json.dumps({"id": "owner/name", "sha": COMMIT, "siblings": [sibling(p) for p in FILES]}).encode())
        elif path.startswith(resolve) and name in FILES:
            self.reply(200, FILES[name], {"ETag": f'"{content_hash(name)}"'})
        else:
            self.reply(404, b"", {"X-Error-Code": "EntryNotFound"})

    def reply(self, status, body, headers=()):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "X-Repo-Commit": COMMIT, **dict(headers)}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def sibling(path: str) -> dict:
    facts = {"rfilename": path, "size": len(FILES[path])}
    if not path.endswith(".safetensors"):
        return {**facts, "blobId": content_hash(path)}
    return {**facts, "blobId": "0" * 40, "lfs": {"sha256": content_hash(path), "size": len(FILES[path]), "pointerSize": 134}}


def layout_of(cache: Path) -> dict:
    """As the test of the file cache describes it."""
    layout = {}
    for path in sorted(cache.rglob("*")):
        name = path.relative_to(cache).as_posix()
        if not name.startswith("models--") or (path.is_dir() and not path.is_symlink()):
            continue
        if path.is_symlink():
            layout[name] = f"-> {os.readlink(path)}"
        else:
            layout[name] = path.read_text() if "/refs/" in name else f"{path.stat().st_size} bytes"
    return layout


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    os.environ.update(HF_ENDPOINT=endpoint, HF_HUB_DISABLE_XET="1", HF_HUB_DISABLE_TELEMETRY="1")
    from huggingface_hub import _CACHED_NO_EXIST, hf_hub_download, scan_cache_dir, snapshot_download, try_to_load_from_cache
    from huggingface_hub.errors import EntryNotFoundError

    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program.mjs"
        bundle = [str(ROOT / "node_modules" / ".bin" / "esbuild"), "--bundle", "--platform=node", "--format=esm", "--packages=external"]
        subprocess.run(
            [*bundle, "--sourcefile=src/program.js", f"--outfile={program}", "--log-level=error"],
            input=PROGRAM.replace("./node.js", str(ROOT / "src" / "node.ts")),
            cwd=ROOT, text=True, check=True,
        )
        # In the repository's folder, because it imports the repository's packages.
        (Path(folder) / "node_modules").symlink_to(ROOT / "node_modules")

        def run(mode: str, cache: Path) -> dict:
            command = ["node", str(program), mode, endpoint, str(cache)]
            return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

        expected = {**{path: len(data) for path, data in FILES.items()}, "modules.json": None}

        theirs = Path(folder) / "python"
        for path in FILES:
            hf_hub_download("owner/name", path, cache_dir=theirs)
        try:
            hf_hub_download("owner/name", "modules.json", cache_dir=theirs)
        except EntryNotFoundError:
            pass
        assert run("offline", theirs) == expected, "this library does not find what Python has downloaded"
        layout = layout_of(theirs)
        out = ROOT / "test" / "fixtures" / "hub-cache" / "layout.json"
        out.write_text(json.dumps(layout, indent=2) + "\n")

        ours = Path(folder) / "node"
        assert run("online", ours) == expected
        for path, data in FILES.items():
            found = try_to_load_from_cache("owner/name", path, cache_dir=ours)
            assert isinstance(found, str) and Path(found).read_bytes() == data, f"Python does not find {path}"
        assert try_to_load_from_cache("owner/name", "modules.json", cache_dir=ours) is _CACHED_NO_EXIST
        snapshot = Path(snapshot_download("owner/name", cache_dir=ours, local_files_only=True))
        assert snapshot == (ours / "models--owner--name" / "snapshots" / COMMIT).resolve(), snapshot
        scan = scan_cache_dir(ours)
        assert not scan.warnings, scan.warnings
        print("Python reads ours, we read Python's;", "scan_cache_dir finds", ", ".join(sorted(r.repo_id for r in scan.repos)))
        theirs_in_ours = {name: layout_of(ours).get(name) for name in layout}
        assert theirs_in_ours == layout, (theirs_in_ours, layout)
        print("the same layout:", *layout.items(), sep="\n  ")


if __name__ == "__main__":
    sys.exit(main())
