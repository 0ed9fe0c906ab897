// Pages are whole without this file. It adds what a keyboard and a mouse find pleasant.
const chooser = document.querySelector("form.choose select");
if (chooser) chooser.addEventListener("keydown", (event) => { if (event.key === "Enter") chooser.form.requestSubmit(); });
