// Shows and hides a password; it is hidden again before the form is sent, so that browsers offer to keep it.
function show(button, visible) {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  const use = button.querySelector("use");
  field.type = visible ? "text" : "password";
  button.setAttribute("aria-pressed", String(visible));
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, visible ? "#eye-off" : "#eye"));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-password]");
  if (button) show(button, button.getAttribute("aria-pressed") !== "true");
});

document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("[data-password]")) show(button, false);
});
