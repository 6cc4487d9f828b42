import '../locales/later';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { type GlassOf, mayBreakGlass } from '../api/breakGlass';
import { activeMembership, useMe } from '../api/session';
import BreakGlassDialog from './BreakGlassDialog';

interface Props {
  readonly of: GlassOf;
  /** Before the record opens, for whoever has to close something first. */
  readonly onOpened?: () => void;
}

/** Where a patient stays closed: the way in for emergencies, for those who treat. */
export default function BreakGlassOffer({ of, onOpened }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: me } = useMe();
  const [isAsking, setIsAsking] = useState(false);
  if (!mayBreakGlass(me ? activeMembership(me)?.role : undefined)) return null;
  return (
    <div className="card row between wrap" data-testid="break-glass-offer">
      <span className="quiet">{t('oversight.glass.offerHint')}</span>
      <Button danger onClick={() => setIsAsking(true)}>
        {t('oversight.glass.offer')}
      </Button>
      {isAsking && (
        <BreakGlassDialog
          of={of}
          onClose={() => setIsAsking(false)}
          onOpened={(glass) => {
            setIsAsking(false);
            onOpened?.();
            void navigate(`/patients/${glass.patient.id}`);
          }}
        />
      )}
    </div>
  );
}
