// A button that copies the text beside it.
export default function copy(element) {
  const text = element.querySelector("textarea");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "utrecht-button utrecht-button--secondary-action";
  button.textContent = element.dataset.copy;
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  text.addEventListener("focus", () => text.select());
  button.addEventListener("click", async () => {
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      document.execCommand("copy");
    }
    told.textContent = ` ${element.dataset.copied}`;
  });
  element.append(button, told);
}
