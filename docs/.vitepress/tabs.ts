/**
 * Code blocks between `<!-- tabs -->` and `<!-- /tabs -->` become tabs of the site. Each block has its label above it,
 * as in `**Standard decorators**`, which a forge shows.
 */
export function withTabs(markdown: string): string {
  return markdown.replaceAll(/^<!-- tabs -->\n(.*?)^<!-- \/tabs -->$/gms, (_all, blocks: string) => {
    const labelled = /^\*\*([^\n*]+)\*\*\n\n(```[^\n]*)\n(.*?)^```$\n+/gms;
    const tabs = blocks.replaceAll(labelled, '$2 [$1]\n$3```\n\n');
    return `::: code-group\n${tabs}:::`;
  });
}
