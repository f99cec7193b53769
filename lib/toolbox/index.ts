export { date, type DateNotation, type DateSchema } from './date.js';
export { defineEntity, type DefinedClass } from './define-entity.js';
export type { EntityDefinition, GeneratedProperty } from './entity-definition.js';
export type { DefinedEntity } from './entity-types.js';
export { downgrade, type StepDefinition, type StepOf, upgrade } from './upgrade.js';
export { type AttributesOf, type DefinedAttributes, toolboxEntity, type ToolboxEntity } from './toolbox-entity.js';
export { toolboxTable } from './toolbox-table.js';
