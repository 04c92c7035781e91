// <input data-suggest="address" data-suggest-from="names of fields">: shows what those fields suggest in Latin letters,
// as the server makes it, until the person types something of their own. Without it the server shows it after sending.
const PAUSE = 300; // ms

for (const target of document.querySelectorAll("input[data-suggest]")) {
  const sources = target.dataset.suggestFrom.split(" ").map((name) => target.form.elements[name]);
  let suggested = "";
  let timer, request;

  async function suggest() {
    if (target.value !== suggested) return; // it is their own
    request?.abort();
    request = new AbortController();
    const query = new URLSearchParams(sources.map((source) => ["text", source.value]));
    try {
      const response = await fetch(`/suggest/${target.dataset.suggest}/?${query}`, { signal: request.signal });
      if (!response.ok || target.value !== suggested) return;
      suggested = target.value = await response.text();
    } catch {
      // offline, or typed on: the next one answers
    }
  }

  for (const source of sources) {
    source.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(suggest, PAUSE);
    });
  }
  if (sources.some((source) => source.value)) suggest(); // typed before this script came
}
