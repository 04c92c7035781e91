// The calculator: slider and number move together; the answer is the part of the page that the server gives for the
// number, so the prices and their words stand in one place.
const PAUSE = 150; // ms without a change before the server is asked

function connect(form) {
  const number = form.elements.seats;
  const slider = form.querySelector("input[type=range]");
  let timer = 0;
  let asked = null;

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const answer = form.querySelector("[data-answer]");
    answer.setAttribute("aria-busy", "true");
    const query = new URLSearchParams(new FormData(form));
    try {
      const response = await fetch(`${location.pathname}?${query}`, { signal: asked.signal });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      answer.replaceWith(page.querySelector("[data-calculator] [data-answer]"));
    } catch (error) {
      if (error.name !== "AbortError") form.submit(); // the whole page answers, or says what is wrong
    }
  }

  function change(from, to) {
    to.value = from.value;
    clearTimeout(timer);
    if (!number.value) return;
    timer = setTimeout(ask, PAUSE);
  }

  slider.addEventListener("input", () => change(slider, number));
  number.addEventListener("input", () => change(number, slider));
  form.elements.currency?.addEventListener("change", () => form.submit()); // all prices of the page change
}

for (const form of document.querySelectorAll("[data-calculator]")) connect(form);
