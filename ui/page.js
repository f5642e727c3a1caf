() => {
  document.documentElement.lang = "zh-CN";
  // Words that the page's own components say in English only.
  const words = [
    [/^File\(s\) exceed the maximum allowed size of ([\d.]+ ?\w+): (.*)$/s, "文件超过单个 $1 的上限：$2。请压缩或拆分后再上传。"],
    [/^Invalid file type.*$/s, "这里不收这种文件，请按上传按钮上写的格式选择。"],
    [/^(Connection errored out\.?|Could not parse server response.*|Connection to the server was lost.*|Failed to fetch)$/s, "与服务的连接断了，请稍候再试，或刷新页面。"],
    [/^Queue is full.*$/s, "同时使用的人太多，请稍候再试。"],
    [/^(Error|Something went wrong)$/, "没有完成"],
    [/^Warning$/, "请看一下"],
    [/^Info$/, "提示"],
  ];
  const working = [[/processing/g, "正在处理"], [/queue: ?/g, "排队 "], [/(\d)s\b/g, "$1 秒"]];
  const titles = { "Clear": "清空", "Remove this file": "移除", "Close": "关闭", "Copy message": "复制", "Copy": "复制" };
  const say = (node) => {
    const text = node.nodeValue.trim();
    for (const [pattern, said] of words) if (pattern.test(text)) { node.nodeValue = text.replace(pattern, said); return; }
  };
  const progress = ".meta-text, .meta-text-center, .progress-text";
  const told = (node) => {
    const before = node.nodeValue;
    const after = working.reduce((text, [pattern, said]) => text.replace(pattern, said), before);
    if (after !== before) node.nodeValue = after;
  };
  const texts = (root, act) => { const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT); while (walk.nextNode()) act(walk.currentNode); };
  const look = (root) => {
    if (root.nodeType === Node.TEXT_NODE) {
      if (root.parentElement?.closest(progress)) told(root); if (root.parentElement?.closest("[class*=toast]")) say(root); return; }
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    for (const one of [root, ...root.querySelectorAll("[aria-label],[title]")])
      for (const name of ["aria-label", "title"]) { const to = titles[one.getAttribute(name)]; if (to) one.setAttribute(name, to); }
    for (const one of root.closest(progress) ? [root] : root.querySelectorAll(progress)) texts(one, told);
    if (root.closest("[class*=toast]") || root.querySelector("[class*=toast]")) {
      texts(root, (node) => { if (node.parentElement.closest("[class*=toast]")) say(node); });
    }
  };
  new MutationObserver((changes) => { for (const one of changes) one.type === "characterData" ? look(one.target) : one.addedNodes.forEach(look); })
    .observe(document.body, { childList: true, subtree: true, characterData: true });
  look(document.body);
  // A long reply is read from its beginning: the message asked stays at the top of the log, not the reply's end.
  let asked = 0, said = 0, at = null, until = 0;
  const follow = () => {
    const users = document.querySelectorAll("#chat .message.user"), bots = document.querySelectorAll("#chat .message.bot");
    if (users.length > asked) { at = users[users.length - 1]; until = Date.now() + 20000; }
    else if (bots.length > said && users.length === asked && said) { at = bots[bots.length - 1]; until = Date.now() + 1500; }
    asked = users.length; said = bots.length;
    const log = at?.closest("[role=log]");
    if (!log || !at.isConnected || Date.now() > until) return;
    const gap = at.getBoundingClientRect().top - log.getBoundingClientRect().top - 12;
    if (Math.abs(gap) > 2) log.scrollTop += gap;
  };
  for (const kind of ["wheel", "touchmove", "pointerdown"])
    document.addEventListener(kind, (event) => { if (event.target.closest?.("#chat")) until = 0; }, { passive: true });
  const watch = () => {
    const chat = document.querySelector("#chat");
    if (!chat) return void setTimeout(watch, 200);
    new MutationObserver(() => requestAnimationFrame(follow)).observe(chat, { childList: true, subtree: true, characterData: true });
  };
  watch();
}
