import { useEffect, useRef } from 'preact/hooks';
import type { CensusStatus } from '../census-run.js';
import type { StudioInfo } from '../studio.js';
import type { EntityInfo } from '../studio-entity.js';
import { callServer } from './call-server.js';
import { ChainView } from './chain-view.js';
import { ItemView } from './item-view.js';
import { ItemsView } from './items-view.js';
import { OperationsView } from './operations-view.js';
import { Empty, ProblemBox, Waiting } from './parts.js';
import { linkTo, type Route, useRoute, type View, views } from './route.js';
import { TablesView } from './tables-view.js';
import { ThemeButton } from './theme-button.js';
import { type Asked, useAnswer, useWatch } from './use-answer.js';
import { sharesOf, VersionBar } from './version-bar.js';

const titles: Readonly<Record<View | 'item', string>> = {
  items: 'Items',
  item: 'Item',
  chain: 'Versions',
  operations: 'Operations',
};

/** The studio. */
export function App() {
  const { answer: info, again, problem } = useAnswer(() => callServer('info', {}), []);
  const census = useWatch(
    () => callServer('census', {}),
    (status) => status?.state === 'running',
    [],
  );
  if (problem)
    return (
      <main class="alone">
        <ProblemBox problem={problem} again={again} />
      </main>
    );
  if (!info)
    return (
      <main class="alone">
        <Waiting />
      </main>
    );
  return <Studio info={info} census={census} />;
}

function Studio({ census, info }: { readonly info: StudioInfo; readonly census: Asked<CensusStatus | null> }) {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const entity = info.entities.find(({ id }) => id === route.entity);
  const address = location.hash;
  const isShown = useRef(false);
  useEffect(() => {
    document.title = [entity?.name, route.view && titles[route.view], 'dynamo-evolve studio']
      .filter(Boolean)
      .join(' · ');
    // in a narrow window, the page scrolls as a whole
    main.current?.scrollTo(0, 0);
    scrollTo(0, 0);
    // the link that was followed is gone: who goes by the keyboard goes on where the view begins
    if (isShown.current && document.activeElement === document.body) main.current?.focus({ preventScroll: true });
    isShown.current = true;
  }, [address]);
  return (
    <div class="studio">
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        Skip to the content
      </a>
      <Side info={info} route={route} census={census.answer} />
      <main id="main" ref={main} tabIndex={-1}>
        {entity && <EntityHead entity={entity} route={route} />}
        <Content
          key={route.view === 'items' ? route.entity : address}
          info={info}
          route={route}
          entity={entity}
          census={census}
        />
      </main>
    </div>
  );
}

interface ContentProps {
  readonly info: StudioInfo;
  readonly route: Route;
  readonly entity: EntityInfo | undefined;
  readonly census: Asked<CensusStatus | null>;
}

function Content({ census, entity, info, route }: ContentProps) {
  if (route.entity === undefined) return <TablesView info={info} census={census} />;
  if (!entity)
    return (
      <Empty title={`The configuration has no class ${route.entity}`}>
        <a href={linkTo({})}>All tables</a>
      </Empty>
    );
  if (route.view === 'item' && route.key) return <ItemView entity={entity} itemKey={route.key} />;
  if (route.view === 'chain') return <ChainView entity={entity} count={census.answer?.counts[entity.id]} />;
  if (route.view === 'operations') return <OperationsView entity={entity} mayWrite={info.mayWrite} />;
  return <ItemsView entity={entity} query={route.query ?? {}} />;
}

function Side({
  census,
  info,
  route,
}: {
  readonly info: StudioInfo;
  readonly route: Route;
  readonly census: CensusStatus | null | undefined;
}) {
  return (
    <header class="side">
      <a class="brand" href={linkTo({})}>
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
          <rect width="32" height="32" rx="8" class="brand-box" />
          <path d="M8 22h4.500v-4.500H17V13h4.500V8.500H25" class="brand-line" />
        </svg>
        <span>
          dynamo-evolve <span class="brand-sub">studio</span>
        </span>
      </a>
      <nav aria-label="Tables and classes">
        <a href={linkTo({})} class="nav" aria-current={route.entity === undefined ? 'page' : undefined}>
          Tables
        </a>
        {info.entities.map((entity) => {
          const count = census?.counts[entity.id];
          return (
            <a
              key={entity.id}
              class="nav entity"
              href={linkTo({ entity: entity.id, view: 'items' })}
              aria-current={route.entity === entity.id ? 'page' : undefined}
            >
              <span>{entity.name}</span>
              <span class="nav-version">v{entity.version}</span>
              {count && <VersionBar shares={sharesOf(entity, count)} hasLegend={false} />}
            </a>
          );
        })}
      </nav>
      <div class="side-foot">
        <span
          class={info.mayWrite ? 'chip warn' : 'chip'}
          title={info.mayWrite ? 'Upgrades of stored items can be started' : 'Start with --write to allow upgrades'}
        >
          {info.mayWrite ? 'May write' : 'Read-only'}
        </span>
        <ThemeButton />
      </div>
    </header>
  );
}

function EntityHead({ entity, route }: { readonly entity: EntityInfo; readonly route: Route }) {
  return (
    <div class="entity-head">
      <p class="entity-name">
        {entity.name} <span class="note">{entity.table}</span>
      </p>
      <nav class="tabs" aria-label={entity.name}>
        {views.map((view) => {
          const isHere = route.view === view || (view === 'items' && route.view === 'item');
          return (
            <a key={view} href={linkTo({ entity: entity.id, view })} aria-current={isHere ? 'page' : undefined}>
              {titles[view]}
            </a>
          );
        })}
      </nav>
    </div>
  );
}
