/** The map of pages. Every page is a chunk of its own. */

import { type ComponentType, lazy, Suspense } from 'react';
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { Loading } from '../parts/Fetched';
import { NotFound, PageFailed } from './Failures';
import { Guarded } from './Guarded';

type Page = () => Promise<{ default: ComponentType }>;

function LazyPage({ of: Lazy }: { readonly of: ComponentType }) {
  return (
    <Suspense fallback={<Loading />}>
      <Lazy />
    </Suspense>
  );
}

function page(path: string, load: Page): RouteObject {
  return { path, errorElement: <PageFailed />, element: <LazyPage of={lazy(load)} /> };
}

const Shell = lazy(() => import('./Shell'));

const ROUTES: RouteObject[] = [
  page('/login', () => import('../features/session/LoginPage')),
  {
    element: <Guarded />,
    errorElement: <PageFailed />,
    children: [
      {
        element: <LazyPage of={Shell} />,
        errorElement: <PageFailed />,
        children: [
          page('/', () => import('./RoleHome')),
          page('/requests', () => import('../features/request/RequestHome')),
          page('/requests/new', () => import('./NewRequestPage')),
          page('/worklist', () => import('./WorklistRoute')),
          page('/consults/:consultId', () => import('./ConsultPage')),
          page('/patients/:patientId', () => import('../features/record/RecordPage')),
          page('/referrals', () => import('../features/referrals/ReferralsPage')),
          page('/referrals/new', () => import('./NewReferralPage')),
          page('/referrals/:referralId', () => import('../features/referrals/ReferralPage')),
          page('/beds', () => import('../features/referrals/BedsPage')),
          page('/write-back', () => import('../features/writeBack/WriteBackPage')),
          page('/rosters', () => import('../features/rosters/RosterPage')),
          page('/rosters/mine', () => import('../features/rosters/MyShiftsPage')),
          { path: '/oversight', element: <Navigate to="/oversight/indicators" replace /> },
          page('/oversight/break-glass', () => import('../features/oversight/GlassReviewPage')),
          page('/oversight/indicators', () => import('../features/oversight/IndicatorsPage')),
          page('/oversight/audit', () => import('../features/oversight/AuditPage')),
          page('/people', () => import('../features/people/PeoplePage')),
          page('/people/:personId', () => import('../features/people/PersonPage')),
          page('/people/import', () => import('../features/people/ImportPage')),
          page('/institutions', () => import('../features/people/PlacesPage')),
          page('/account', () => import('../features/account/AccountPage')),
          { path: '*', element: <NotFound /> },
        ],
      },
      page('/consults/:consultId/room', () => import('./RoomPage')),
      page('/patients/:patientId/access-log', () => import('../features/oversight/AccessLogPage')),
      page('/consults/:consultId/report/print', () => import('../features/report/PrintPage')),
    ],
  },
];

export function createRoutes() {
  return createBrowserRouter(ROUTES);
}
