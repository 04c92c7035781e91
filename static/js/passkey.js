// Passkeys: the browser asks for the key, the form sends its answer. The button is not there without JavaScript.
// data-passkey on the form: create (a new one), get (of somebody known) or login (of nobody yet).
async function optionsOf(form) {
  if (form.dataset.passkey !== "login") return JSON.parse(document.getElementById("passkey-options").textContent);
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  return response.json();
}

async function ask(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey !== "create") return webauthnJSON.get(options.request_options);
  const wanted = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
  const creation = options.creation_options;
  creation.publicKey.authenticatorSelection = { ...creation.publicKey.authenticatorSelection, ...wanted };
  return webauthnJSON.create(creation);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const error = form.querySelector("[data-passkey-error]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await ask(form));
      form.submit();
    } catch {
      error.hidden = false; // refused, timed out, no key, no connection
    }
  });
}
