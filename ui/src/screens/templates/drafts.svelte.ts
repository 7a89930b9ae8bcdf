/** Texts as typed and not saved yet. They outlive the screen: nothing typed is lost by looking elsewhere. */
import type { TemplateView } from "../../lib/contract";

export interface Draft {
  subject: string;
  body: string;
}

/** One kind of text has one for each channel. */
export const keyOf = (template: TemplateView): string => `${template.key}/${template.channel}`;

class Drafts {
  #all = $state<Record<string, Draft>>({});

  of(template: TemplateView): Draft {
    return this.#all[keyOf(template)] ?? { subject: template.subject, body: template.body };
  }

  has(template: TemplateView): boolean {
    return keyOf(template) in this.#all;
  }

  /** Keeps what was typed; a text that is as saved again is no draft. */
  put(template: TemplateView, draft: Draft): void {
    if (draft.subject === template.subject && draft.body === template.body) this.drop(template);
    else this.#all[keyOf(template)] = draft;
  }

  drop(template: TemplateView): void {
    this.#all = Object.fromEntries(Object.entries(this.#all).filter(([key]) => key !== keyOf(template)));
  }
}

export const drafts = new Drafts();
