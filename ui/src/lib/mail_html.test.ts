import { describe, expect, it } from "vitest";

import { inert } from "./mail_html";

describe("an email's HTML in the window", () => {
  it("keeps text, tables and their look", () => {
    const made = inert('<body style="padding:16px"><p style="margin:0 0 16px">Dear <b>Vega</b>,<br>pay.</p><table><tr><th scope="col" style="text-align:right">Open</th></tr></table></body>');
    expect(made.querySelector("p")?.textContent).toBe("Dear Vega,pay.");
    expect(made.querySelector("p")?.style.marginBottom).toBe("16px");
    expect(made.querySelector("th")?.getAttribute("scope")).toBe("col");
    expect(made.querySelector("th")?.style.textAlign).toBe("right");
  });

  it("lets nothing run, load or lead out of the window", () => {
    const made = inert(
      '<p onclick="x()">a<script>y()</script><img src="https://example.com/1.png" onerror="z()"></p><iframe></iframe><style>p{}</style>' +
        '<a href="https://example.com/pay">pay here</a><div style="background:url(https://example.com/2.png);position:fixed;width:calc(100vw)">b</div><form action="/x"><input name="q">c</form><svg><script>w()</script></svg>',
    );
    expect(made.querySelector("script, img, iframe, style, a, form, input, svg")).toBeNull();
    expect([...made.querySelectorAll("*")].flatMap((one) => one.getAttributeNames()).filter((name) => !["style", "class"].includes(name))).toEqual([]);
    expect(made.innerHTML).not.toContain("example.com");
    expect(made.innerHTML).not.toContain("position");
    expect(made.textContent).toBe("apay herebc");
  });
});
