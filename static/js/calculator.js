// The calculator: slider and number move together. htmx asks; the answer is the part of the page that the server gives for
// the number, so the prices and their words stand in one place.
function connect(form) {
  const number = form.elements.seats;
  const slider = form.querySelector("input[type=range]");
  slider.addEventListener("input", () => {
    number.value = slider.value;
  });
  number.addEventListener("input", () => {
    slider.value = number.value;
  });
  form.addEventListener("htmx:beforeRequest", (event) => {
    if (!number.value) event.preventDefault();
  });
  form.addEventListener("htmx:sendError", () => form.submit()); // the browser says what is wrong
  form.elements.currency?.addEventListener("change", () => form.submit()); // all prices of the page change
}

for (const form of document.querySelectorAll("[data-calculator]")) connect(form);
