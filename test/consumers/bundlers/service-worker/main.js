/** A page whose Service Worker answers requests to /embed. */

globalThis.answer = answer()

async function answer() {
  await navigator.serviceWorker.register('./service-worker.js', { type: 'module' })
  await navigator.serviceWorker.ready
  if (!navigator.serviceWorker.controller)
    await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve))
  const response = await fetch('./embed?text=The+knight+saddled+his+horse+at+dawn.&text=windmill')
  if (!response.ok) throw new Error(await response.text())
  return response.json()
}
