import type { ComponentChildren } from 'preact';

/** A link to a part of the same view. The address is that of the view, so it can't be that of a part. */
export function JumpLink({ children, to }: { readonly to: string; readonly children: ComponentChildren }) {
  const jump = (event: Event) => {
    event.preventDefault();
    const part = document.getElementById(to);
    part?.scrollIntoView({ block: part.offsetHeight > innerHeight / 2 ? 'start' : 'center' });
    part?.focus({ preventScroll: true });
  };
  return (
    <a href={location.hash} onClick={jump}>
      {children}
    </a>
  );
}
