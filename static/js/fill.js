// <button data-fill="id of a field" value="text">: puts the text into the field instead of sending the form.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  const field = button && document.getElementById(button.dataset.fill);
  if (!field) return;
  event.preventDefault();
  field.value = button.value;
  field.removeAttribute("aria-invalid");
  document.getElementById(`${field.id}_error`)?.remove();
  field.focus();
});
