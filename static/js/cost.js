// The bar for many says what Full access for those ticked would add. htmx asks, the server counts; nobody ticked, nothing
// is asked. Without this script the review of the changes shows it.
const isPlace = (element) => element.matches?.("[data-pick-cost]");

document.addEventListener("htmx:beforeRequest", (event) => {
  const place = event.target;
  if (!isPlace(place)) return;
  if (place.closest("form").querySelector("[data-pick-one]:checked, [data-pick-all]:checked")) return;
  event.preventDefault();
  place.textContent = "";
});

// no connection, no answer: nothing is better than a number of before
for (const name of ["htmx:sendError", "htmx:beforeSwap"]) {
  document.addEventListener(name, ({ target }) => {
    if (isPlace(target)) target.textContent = "";
  });
}
