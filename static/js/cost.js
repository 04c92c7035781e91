// The bar for many says what Full access for those ticked would add; the server counts. Without this script the review
// of the changes shows it.
const PAUSE = 150; // ms
let timer, request;

async function ask(form, place) {
  const body = new FormData(form);
  body.set("csrfmiddlewaretoken", document.querySelector("[data-levels]").elements.csrfmiddlewaretoken.value);
  const headers = { "X-Requested-With": "fetch" };
  request = new AbortController();
  try {
    const response = await fetch(place.dataset.pickCost, { method: "POST", body, headers, signal: request.signal });
    place.innerHTML = response.ok && !response.redirected ? await response.text() : "";
  } catch (error) {
    if (error.name === "AbortError") return; // another selection is asked about
    place.textContent = ""; // no connection: nothing is better than a number of before
  }
  place.removeAttribute("aria-busy");
}

function refresh() {
  const form = document.querySelector("[data-pick]"); // looked for anew: a search exchanges the list
  const place = form?.querySelector("[data-pick-cost]");
  if (!place) return;
  clearTimeout(timer);
  request?.abort();
  const isAny = form.querySelector("[data-pick-one]:checked, [data-pick-all]:checked");
  place.setAttribute("aria-busy", Boolean(isAny));
  if (isAny) timer = setTimeout(ask, PAUSE, form, place);
  else place.textContent = "";
}

document.addEventListener("pick", refresh);
document.addEventListener("staged", refresh);
