// Sliders beside the amounts of a what-if. The page works without this file.
//
//   <form data-sliders> with <input data-slider="42.00">   each such field gets a slider, which starts at the amount named.
"use strict";

for (const form of document.querySelectorAll("form[data-sliders]")) {
  const fields = [...form.querySelectorAll("input[data-slider]")];
  const whole = fields.reduce((sum, field) => sum + Number(field.dataset.slider), 0);
  const decimals = Math.max(...fields.map((field) => (field.dataset.slider.split(".")[1] || "").length));
  for (const field of fields) {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.className = "slider";
    slider.min = "0";
    slider.max = String(whole);
    slider.step = String(Math.max(whole / 200, 10 ** -decimals));
    slider.value = field.value || field.dataset.slider;
    slider.setAttribute("aria-label", `${field.closest("fieldset").querySelector("legend").textContent} gets`);
    slider.addEventListener("input", () => {
      // One amount given means all of them are: the others start where they are.
      for (const other of fields) if (other.value === "") other.value = other.dataset.slider;
      field.value = Number(slider.value).toFixed(decimals);
    });
    slider.addEventListener("change", () => form.requestSubmit());
    field.addEventListener("input", () => { slider.value = field.value || field.dataset.slider; });
    field.closest(".field").append(slider);
  }
}
