import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StudyLink } from '../api/types';

function Thumb({ study }: { readonly study: StudyLink }) {
  const { t } = useTranslation();
  const [isBroken, setIsBroken] = useState(false);
  const label = study.description || study.modalities.join('/');
  return (
    <figure className="thumb" data-testid="study-thumb" data-study={study.study_uid}>
      {isBroken ? (
        <div className="thumb-missing">{t('consult.noThumbnail')}</div>
      ) : (
        <img
          src={`/dicomweb/studies/${study.study_uid}/thumbnail`}
          alt={t('consult.thumbnail', { label })}
          width={132}
          height={132}
          loading="lazy"
          onError={() => setIsBroken(true)}
        />
      )}
      <figcaption>
        <strong>{study.modalities.join('/')}</strong> {study.description}
        <span className="quiet">{t('consult.images', { count: study.instances })}</span>
        {study.patient_mismatch_confirmed && (
          <span className="tag urgency-urgent">{t('consult.mismatch')}</span>
        )}
      </figcaption>
    </figure>
  );
}

export function StudyThumbs({ studies }: { readonly studies: readonly StudyLink[] }) {
  const { t } = useTranslation();
  if (studies.length === 0) return <p className="quiet">{t('consult.noImages')}</p>;
  return (
    <div className="thumbs">
      {studies.map((study) => (
        <Thumb key={study.study_uid} study={study} />
      ))}
    </div>
  );
}
