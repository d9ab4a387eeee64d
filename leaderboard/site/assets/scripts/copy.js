// Adds a button to everything that may be copied: `data-copy` selects what, the words come from the page.
(() => {
  "use strict";
  const words = document.getElementById("copy-words");
  if (!words) return;
  const say = JSON.parse(words.textContent);
  const copied = document.createElement("p");
  copied.className = "hidden";
  copied.setAttribute("role", "status");
  document.body.append(copied);

  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  const plain = (node) => node.innerText.trim();

  for (const node of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = say.copy;
    button.setAttribute("aria-describedby", node.id);
    button.addEventListener("click", async () => {
      let done = say.copied;
      try {
        await navigator.clipboard.writeText(plain(node));
      } catch {
        select(node); // no permission, or no clipboard: what is selected can be copied by hand
        done = say.selected;
      }
      button.textContent = done;
      copied.textContent = "";
      setTimeout(() => { copied.textContent = done; }, 50);
      setTimeout(() => { button.textContent = say.copy; }, 4000);
    });
    node.after(button);
  }
})();
