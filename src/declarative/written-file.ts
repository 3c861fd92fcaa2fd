import { stringify } from 'yaml';
import type { ConfigurationPage } from './configuration-pages';
import { FORMAT, type Section } from './sections';

/** A declarative file that is written down page by page, as YAML or JSON. */
export class WrittenFile {
  private readonly parts: string[];
  private section: Section | undefined;
  private isEmpty = true;

  constructor(private readonly isJson: boolean) {
    this.parts = [isJson ? `{"format":"${FORMAT}"` : `format: ${FORMAT}\n`];
  }

  add([section, objects]: ConfigurationPage): void {
    if (section !== this.section) this.begin(section);
    if (objects.length === 0) return;
    if (this.isJson) {
      this.parts.push(this.isEmpty ? '' : ',', objects.map((object) => JSON.stringify(object)).join(','));
    } else {
      this.parts.push(this.isEmpty ? '\n' : '', stringify(objects, { aliasDuplicateObjects: false }));
    }
    this.isEmpty = false;
  }

  end(): string {
    this.endSection();
    if (this.isJson) this.parts.push('}');
    return this.parts.join('');
  }

  private begin(section: Section): void {
    this.endSection();
    this.section = section;
    this.isEmpty = true;
    this.parts.push(this.isJson ? `,"${section}":[` : `${section}:`);
  }

  private endSection(): void {
    if (this.section === undefined) return;
    if (this.isJson) this.parts.push(']');
    else if (this.isEmpty) this.parts.push(' []\n');
  }
}
