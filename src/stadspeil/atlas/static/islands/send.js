// A file that is too large is said before it is sent, and a file on its way is said too.
export default function begin(form) {
  const field = form.querySelector("input[type=file]");
  const status = form.querySelector("[data-said]");
  const most = Number(form.dataset.most) * 1e6;
  field.addEventListener("change", () => {
    const large = field.files.length && field.files[0].size > most;
    field.setCustomValidity(large ? form.dataset.tooLarge : "");
    status.textContent = large ? form.dataset.tooLarge : "";
  });
  form.addEventListener("submit", () => { form.querySelector("button").setAttribute("aria-disabled", "true"); });
}
