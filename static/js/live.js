// Says one sentence to screen readers through the page's polite live region.
const PAUSE = 60; // ms: an emptied region is announced again even when the words are the same

export function announce(text) {
  const region = document.getElementById("live");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => {
    region.textContent = text;
  }, PAUSE);
}
