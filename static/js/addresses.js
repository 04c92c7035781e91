// <textarea data-addresses>: says, after a pause in typing, what of the pasted text is an address and who is here
// already. The form works without it: the server looks again.
const PAUSE = 400; // ms

const area = document.querySelector("[data-addresses]");
const found = document.getElementById("addresses-found");
let timer, request;

async function check() {
  request?.abort();
  request = new AbortController();
  const body = new FormData(area.form);
  try {
    const response = await fetch(found.dataset.check, { method: "POST", body, signal: request.signal });
    if (response.ok) found.innerHTML = await response.text();
  } catch {
    // offline, or typed on: the next check answers
  }
}

if (area && found) {
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  });
  if (area.value) check(); // typed before this script came, or given back by the browser
}
