import { useTranslation } from 'react-i18next';
import { UploadPanel } from './upload/UploadPanel';
import { useUploader } from './upload/useUploader';

/** Images that still travel after the request was sent, and more of them. */
export function MoreImages({ consultId }: { readonly consultId: string }) {
  const { t } = useTranslation();
  const uploading = useUploader(consultId);
  return (
    <details className="more-images" open={uploading.queue.items.length > 0}>
      <summary>{t('consult.more')}</summary>
      <UploadPanel {...uploading} />
    </details>
  );
}
