// Files are sent as soon as they are chosen, by pieces (tus), and again from where the line was cut.
// maillage.js reads this on the pages where files are given, and lends its tools.

export const start = (form, { $, $$, on, element, keep, kept, words, csrf }) => {
  const wait = (time) => new Promise((done) => { setTimeout(done, time); });
  const back = () => (navigator.onLine ? Promise.resolve() : new Promise((done) => { addEventListener("online", done, { once: true }); }));
  const weigh = (size) => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: size < 1e6 ? "kilobyte" : "megabyte", maximumFractionDigits: size < 1e6 ? 0 : 1 }).format(size < 1e6 ? Math.max(1, size / 1e3) : size / 1e6);
  const tus = (url, method, headers = {}, body = null) =>
    fetch(url, { method, body, credentials: "same-origin", headers: { "X-CSRFToken": csrf, "Tus-Resumable": "1.0.0", ...headers } });

  class Refused extends Error {}
  const refusedBy = async (answer) => new Refused(answer.headers.get("Content-Type")?.includes("json") ? (await answer.json()).error : words.uploadFailed);

  // What was begun with this file, on this device, by this member.
  const sameFile = (file) => `upload:${document.body.dataset.signedIn}:${file.name}:${file.size}:${file.lastModified}`;

  const announce = async (file, url) => {
    const begun = JSON.parse(kept(localStorage, sameFile(file)) ?? "null");
    if (begun) {
      const answer = await tus(begun.location, "HEAD");
      if (answer.ok) return { ...begun, offset: Number(answer.headers.get("Upload-Offset")) };
    }
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
    const answer = await tus(url, "POST", { "Upload-Length": String(file.size), "Upload-Metadata": `filename ${name}` });
    if (!answer.ok) throw await refusedBy(answer);
    const made = { ...(await answer.json()), location: answer.headers.get("Location"), offset: 0 };
    keep(localStorage, sameFile(file), JSON.stringify(made));
    return made;
  };

  const sendPieces = async (file, upload, say, stop) => {
    let offset = upload.offset;
    while (offset < file.size) {
      stop.throwIfAborted();
      const piece = file.slice(offset, offset + upload.piece);
      const answer = await tus(upload.location, "PATCH", { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" }, piece);
      if (answer.status === 409) {
        offset = Number((await tus(upload.location, "HEAD")).headers.get("Upload-Offset"));
      } else if (answer.status >= 500 || answer.status === 429) {
        throw new Error(answer.statusText);
      } else if (!answer.ok) {
        throw await refusedBy(answer);
      } else {
        offset = Number(answer.headers.get("Upload-Offset"));
      }
      say(offset);
    }
  };

  const sendFile = async (file, url, say, stop) => {
    for (let failures = 0; ; failures += 1) {
      try {
        const upload = await announce(file, url);
        say(upload.offset);
        await sendPieces(file, upload, (offset) => { failures = 0; say(offset); }, stop);
        keep(localStorage, sameFile(file), null);
        return upload;
      } catch (error) {
        if (error instanceof Refused || stop.aborted) {
          keep(localStorage, sameFile(file), null);
          throw error;
        }
        say(null);
        await Promise.race([back().then(() => wait(Math.min(1000 * 2 ** failures, 30_000))), new Promise((done) => { stop.addEventListener("abort", done, { once: true }); })]);
        stop.throwIfAborted();
      }
    }
  };

  const arriving = new Set();
  const mayDeposit = () => {
    for (const button of $$(".actions button", form)) button.disabled = arriving.size > 0;
  };

  const addFile = async (file) => {
    const row = $("[data-arrival]", form).content.firstElementChild.cloneNode(true);
    const [name, size, progress, said] = ["[data-name]", "[data-weight]", "progress", "[data-said]"].map((selector) => $(selector, row));
    name.textContent = file.name;
    size.textContent = weigh(file.size);
    $("[data-arrivals]", form).append(row);
    const stop = new AbortController();
    let upload;
    $("[data-give-up]", row).addEventListener("click", () => {
      stop.abort();
      arriving.delete(row);
      if (upload) tus(upload.location, "DELETE");
      row.remove();
      mayDeposit();
      $("input[type=file]", form).focus();
    });
    const say = (offset) => {
      said.textContent = offset === null ? words.uploadWaits : `${Math.floor((100 * offset) / file.size)} %`;
      if (offset !== null) progress.value = (100 * offset) / file.size;
    };
    arriving.add(row);
    mayDeposit();
    try {
      upload = await sendFile(file, form.dataset.uploadsUrl, say, stop.signal);
      row.dataset.state = "done";
      $(".arrival-state", row).remove();
      $(".arrival-name use", row).setAttribute("href", $(".arrival-name use", row).getAttribute("href").replace(/#.*/, "#check"));
      row.append(element("input", { type: "hidden", name: "uploads", value: upload.id }));
      const [title, kind] = $$(".field", row);
      if (!title) return;
      for (const [field, word] of [[title, "title"], [kind, "kind"]]) {
        const control = $("input, select", field);
        control.id = control.name = `${word}-${upload.id}`;
        $("label", field).htmlFor = control.id;
        field.hidden = false;
      }
      $("input", title).value = upload.title;
      const guessed = $(`option[data-slug="${upload.kind}"]`, kind) ?? $('option[data-slug="autre"]', kind);
      if (guessed) guessed.selected = true;
    } catch (error) {
      if (stop.signal.aborted) return;
      row.dataset.state = "failed";
      progress.remove();
      said.textContent = error instanceof Refused ? error.message : words.uploadFailed;
    } finally {
      arriving.delete(row);
      mayDeposit();
    }
  };

  const input = $("input[type=file]", form);
  $("[data-drop]", form).setAttribute("data-live", "");
  // One file after another: a poor line carries one at a time better than five.
  let queue = Promise.resolve();
  const take = () => {
    const chosen = [...input.files];
    input.value = "";
    // Where one file is asked, another takes its place.
    if (chosen.length && !input.multiple) for (const row of $$(".arrival", form)) ($("[data-give-up]", row)?.click(), row.remove());
    for (const file of chosen) queue = queue.then(() => addFile(file));
  };
  input.addEventListener("change", take);
  take(); // some were chosen before this was read
  on("dragover", "[data-drop]", (event, drop) => drop.setAttribute("data-over", ""));
  for (const type of ["dragleave", "drop"]) on(type, "[data-drop]", (event, drop) => drop.removeAttribute("data-over"));
};
