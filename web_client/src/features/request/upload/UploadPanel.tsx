import { Button } from 'antd';
import { type ChangeEvent, type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { droppedFiles, onlyDicom } from './files';
import { MismatchDialog } from './MismatchDialog';
import { type Queue, summary } from './queue';
import { UploadRow } from './UploadRow';
import type { Uploader } from './uploader';

interface DropProps {
  readonly onFiles: (files: readonly File[]) => void;
}

function useDrop(onFiles: DropProps['onFiles']) {
  const [isOver, setIsOver] = useState(false);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    void droppedFiles(event.dataTransfer).then(onFiles);
  };
  const onDragOver = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(true);
  };
  return { isOver, handlers: { onDrop, onDragOver, onDragLeave: () => setIsOver(false) } };
}

function DropArea({ onFiles }: DropProps) {
  const { t } = useTranslation();
  const { isOver, handlers } = useDrop(onFiles);
  const filesInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);
  const take = (event: ChangeEvent<HTMLInputElement>, isFolder: boolean) => {
    const files = [...(event.target.files ?? [])];
    event.target.value = '';
    if (isFolder) void onlyDicom(files).then(onFiles);
    else onFiles(files);
  };
  return (
    <div className={isOver ? 'drop over' : 'drop'} data-testid="upload-drop" {...handlers}>
      <p>{t('request.upload.drop')}</p>
      <div className="row center">
        <Button onClick={() => filesInput.current?.click()}>{t('request.upload.chooseFiles')}</Button>
        <Button onClick={() => folderInput.current?.click()}>{t('request.upload.chooseFolder')}</Button>
      </div>
      <input
        ref={filesInput}
        type="file"
        multiple
        hidden
        data-testid="upload-files"
        aria-label={t('request.upload.chooseFiles')}
        onChange={(event) => take(event, false)}
      />
      <input
        ref={folderInput}
        type="file"
        multiple
        hidden
        // @ts-expect-error a folder picker; every browser has it, the DOM types don't
        webkitdirectory=""
        aria-label={t('request.upload.chooseFolder')}
        onChange={(event) => take(event, true)}
      />
    </div>
  );
}

interface Props {
  readonly uploader: Uploader;
  readonly queue: Queue;
}

/** Drop images here; each file shows how far it is and what went wrong with it. */
export function UploadPanel({ uploader, queue }: Props) {
  const { t } = useTranslation();
  const { unfinished, failed, stored, sentBytes, totalBytes } = summary(queue);
  const percent = totalBytes > 0 ? Math.floor((sentBytes / totalBytes) * 100) : 0;
  return (
    <section className="uploads" aria-label={t('request.upload.title')}>
      <DropArea onFiles={(files) => uploader.add(files)} />
      {queue.items.length > 0 && (
        <p className="upload-summary" role="status" data-testid="upload-summary">
          {unfinished > 0
            ? t('request.upload.sending', { stored, total: stored + unfinished, percent })
            : t('request.upload.done', { count: stored })}
          {failed > 0 && <span className="bad"> · {t('request.upload.failedCount', { count: failed })}</span>}
        </p>
      )}
      <ul className="upload-list">
        {queue.items.map((item) => (
          <UploadRow key={item.id} item={item} queue={queue} uploader={uploader} />
        ))}
      </ul>
      <MismatchDialog uploader={uploader} queue={queue} />
    </section>
  );
}
