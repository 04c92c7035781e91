// A part of the page that changes by itself ([data-refresh]) is asked for again while it is looked at, without moving the
// focus. When the server's page has no such part any more, what runs is over, and the whole page is loaded.
const PAUSE = 10_000; // ms

async function refresh() {
  try {
    const response = await fetch(location.href);
    if (!response.ok || response.redirected) return location.reload();
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-refresh]");
    if (!fresh) return location.reload();
    document.querySelector("[data-refresh]").replaceWith(fresh);
  } catch {
    // no connection: what stands there is the last that is known
  }
  wait();
}

function wait() {
  setTimeout(() => (document.hidden ? wait() : refresh()), PAUSE);
}

if (document.querySelector("[data-refresh]")) wait();
