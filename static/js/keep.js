// What was typed into a form that was not taken (the session had ended): the page that says so carries the fields, this
// tab keeps them, and the next page with that form gets them back. A form is known by the address it is sent to.
import { announce } from "./live.js";

const KEY = "kept form";

function keep(form) {
  const fields = [...new FormData(form)];
  sessionStorage.setItem(KEY, JSON.stringify({ action: location.pathname, fields }));
}

function put(control, value) {
  if (control.type !== "checkbox" && control.type !== "radio") control.value = value;
  else if (control.value === value) control.checked = true;
}

function giveBack(form, fields) {
  for (const [name, value] of fields) {
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) put(control, value);
  }
  const text = form.querySelector("textarea") ?? form.querySelector("input:not([type=hidden])");
  text?.focus();
  announce(document.getElementById("live")?.dataset.kept ?? "");
}

const page = document.querySelector("form[data-keep]");
if (page) keep(page);
else if (sessionStorage.getItem(KEY)) {
  const { action, fields } = JSON.parse(sessionStorage.getItem(KEY));
  const form = [...document.querySelectorAll("form[method=post]")].find(
    (found) => new URL(found.action, location.href).pathname === action,
  );
  if (form) {
    sessionStorage.removeItem(KEY);
    giveBack(form, fields);
  }
}
