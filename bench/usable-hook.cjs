// Given to Electron with -r: says on stdout when the window shows a button with the text of BENCH_BUTTON, painted.
const { app } = require('electron');
app.on('web-contents-created', (_event, contents) => {
  contents.on('dom-ready', () => {
    void contents
      .executeJavaScript(
        `new Promise((done) => {
          const look = () => [...document.querySelectorAll('button')].some((b) => b.textContent.trim() === ${JSON.stringify(process.env.BENCH_BUTTON)} && b.getAttribute('aria-disabled') !== 'true');
          const painted = () => requestAnimationFrame(() => requestAnimationFrame(done));
          if (look()) return painted();
          const observer = new MutationObserver(() => { if (look()) { observer.disconnect(); painted(); } });
          observer.observe(document.documentElement, { childList: true, subtree: true, attributes: true });
        }).then(() => true)`,
      )
      .then(() => process.stdout.write('USABLE\n'));
  });
});
