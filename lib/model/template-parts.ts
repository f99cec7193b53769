import type { KeyPart } from '../upgrade/chain.js';
import type { AttributeModel, Template } from './attribute-model.js';
import { parseTemplate, partText } from './template.js';

/** An attribute with a template. */
export type TemplatedAttribute = AttributeModel & { readonly template: Template };

/** Whether an attribute is computed from others. */
export function isTemplated(attribute: AttributeModel): attribute is TemplatedAttribute {
  return attribute.template !== undefined;
}

/** The parts of templated keys, as upgrades must leave them. */
export function keyParts(keys: readonly AttributeModel[]): readonly KeyPart[] {
  const parts = keys.filter(isTemplated).flatMap(({ attribute: keyAttribute, template }) =>
    template.parts.map((part, at) => ({
      attribute: part.attribute,
      agrees: (item: Readonly<Record<string, unknown>>) => {
        const key = item[keyAttribute];
        const value = Object.hasOwn(item, part.attribute) ? item[part.attribute] : undefined;
        const said = typeof key === 'string' ? parseTemplate(template, key) : undefined;
        const found = partText(template, part, value);
        return said !== undefined && 'text' in found && found.text === said[at];
      },
    })),
  );
  return Object.freeze(parts);
}
