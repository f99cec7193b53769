// by its subpath: the whole library takes two hundred milliseconds to load
import { EntityPathParser } from 'dynamodb-toolbox/entity/actions/parsePaths';

/** The parts of a path in dynamodb-toolbox's notation: `settings.theme`, `list[2]`, `map['name.with.dots']`. */
export function pathParts(path: string): readonly (string | number)[] {
  const { ExpressionAttributeNames: names, ProjectionExpression: tokens } = EntityPathParser.express([path]);
  return (tokens.match(/#p_\d+|\[\d+\]/g) ?? []).map((token) =>
    token.startsWith('#') ? (names[token] as string) : Number(token.slice(1, -1)),
  );
}
