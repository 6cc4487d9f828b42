import { Navigate, Outlet, useLocation } from 'react-router';
import { LiveEventsProvider } from '../api/LiveEventsProvider';
import { useMe } from '../api/session';
import { Fetched } from '../parts/Fetched';

/** Everything behind the login. */
export function Guarded() {
  const me = useMe();
  const { pathname, search } = useLocation();
  return (
    <Fetched query={me}>
      {(known) =>
        known ? (
          <LiveEventsProvider key={known.active_membership_id}>
            <Outlet />
          </LiveEventsProvider>
        ) : (
          <Navigate to="/login" replace state={{ from: pathname + search }} />
        )
      }
    </Fetched>
  );
}
