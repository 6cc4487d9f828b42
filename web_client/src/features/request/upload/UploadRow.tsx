import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../../parts/ProblemNotice';
import type { Attachment, Queue, UploadItem } from './queue';
import type { Uploader } from './uploader';

function sizeText(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000))} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function useStatusText(item: UploadItem, attachment: Attachment | undefined): string {
  const { t } = useTranslation();
  switch (item.upload.phase) {
    case 'sending': {
      const percent = item.sizeBytes > 0 ? Math.floor((item.upload.sentBytes / item.sizeBytes) * 100) : 0;
      return percent >= 100 ? t('request.upload.checking') : `${percent}%`;
    }
    case 'stored':
      return attachment ? t(`request.upload.attachment.${attachment.phase}`) : t('request.upload.stored');
    case 'failed':
      return t('request.upload.failed');
    default:
      return t(`request.upload.${item.upload.phase}`);
  }
}

function Fault({ code }: { readonly code: string }) {
  const { what, safe, next } = useProblemText()(code);
  return (
    <p className="upload-fault" role="alert" data-code={code}>
      <strong>{what}</strong> {safe} {next}
    </p>
  );
}

interface Props {
  readonly item: UploadItem;
  readonly queue: Queue;
  readonly uploader: Uploader;
}

function RowButtons({ item, uploader, attachFault }: Props & { readonly attachFault: string | null }) {
  const { t } = useTranslation();
  const { upload, id, name } = item;
  const removable = upload.phase !== 'stored';
  return (
    <span className="row">
      {upload.phase === 'failed' && upload.canRetry && (
        <Button size="small" onClick={() => uploader.dispatch({ type: 'retried', id })}>
          {t('ui.retry')}
        </Button>
      )}
      {attachFault && upload.phase === 'stored' && (
        <Button
          size="small"
          onClick={() => uploader.dispatch({ type: 'attach_retried', studyUid: upload.studyUid })}
        >
          {t('ui.retry')}
        </Button>
      )}
      {removable && (
        <Button
          size="small"
          type="text"
          aria-label={t('request.upload.remove', { name })}
          onClick={() => uploader.dispatch({ type: 'removed', id })}
        >
          ✕
        </Button>
      )}
    </span>
  );
}

export function UploadRow({ item, queue, uploader }: Props) {
  const { upload } = item;
  const attachment = upload.phase === 'stored' ? queue.attachments[upload.studyUid] : undefined;
  const status = useStatusText(item, attachment);
  const attachFault = attachment?.phase === 'failed' ? attachment.code : null;
  const fault = upload.phase === 'failed' ? upload.code : attachFault;
  const sent = upload.phase === 'sending' ? upload.sentBytes : upload.phase === 'stored' ? item.sizeBytes : 0;
  return (
    <li className={`upload-row ${upload.phase}`} data-testid="upload-row" data-phase={upload.phase}>
      <div className="row between">
        <span className="upload-name" title={item.name}>
          {item.name}
        </span>
        <span className="quiet">{sizeText(item.sizeBytes)}</span>
        <span className="upload-status">{status}</span>
        <RowButtons item={item} queue={queue} uploader={uploader} attachFault={attachFault} />
      </div>
      {upload.phase !== 'failed' && (
        <progress max={item.sizeBytes || 1} value={sent} aria-label={item.name} />
      )}
      {fault && <Fault code={fault} />}
    </li>
  );
}
