import { lazy, Suspense } from 'react';
import { mayBreakGlass, reviewsGlass, useMyBreakGlass } from '../api/breakGlass';
import type { Role } from '../api/types';

const OpenGlasses = lazy(async () => ({ default: (await import('./GlassBanner')).OpenGlasses }));
const GlassAlert = lazy(async () => ({ default: (await import('./GlassBanner')).GlassAlert }));

/** Broken glass, on top of every page, for who broke it and for who judges it. */
export function GlassNotices({ role }: { readonly role: Role }) {
  const { data: mine = [] } = useMyBreakGlass(mayBreakGlass(role));
  return (
    <Suspense fallback={null}>
      {mine.length > 0 && <OpenGlasses glasses={mine} />}
      {reviewsGlass(role) && <GlassAlert />}
    </Suspense>
  );
}
