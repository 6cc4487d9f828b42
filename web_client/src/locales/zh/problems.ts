/** By Problem.code: what happened, what is safe, what to do next. */
export const problems = {
  unknown: {
    what: '操作没有完成（{{code}}）。',
    safe: '已经保存的内容不受影响。',
    next: '请再试一次；若仍不行，请把上面的代码告诉管理员。',
  },
  'line/down': {
    what: '连不上服务器。',
    safe: '您填写的内容仍在本页，没有丢失。',
    next: '请检查网络；恢复后再试一次，重复提交不会产生两份。',
  },
  'line/unreadable': {
    what: '服务器的答复无法识别。',
    safe: '您填写的内容仍在本页。',
    next: '请稍后再试；若仍不行，请告诉管理员。',
  },
  'session/wrong-credentials': {
    what: '用户名或密码不对。',
    safe: '',
    next: '请核对后重新输入，注意大小写。',
  },
  'session/expired': { what: '登录已过期。', safe: '已保存的内容都在。', next: '请重新登录，然后继续。' },
  'session/too-many-attempts': {
    what: '输错次数过多，暂时不能再试。',
    safe: '',
    next: '请等 {{retry_after_s}} 秒后再试。',
  },
  'access/denied': {
    what: '您当前的身份不能进行这项操作。',
    safe: '没有任何内容被更改。',
    next: '如有其他身份，请在右上角切换；否则请联系管理员。',
  },
  'request/invalid': {
    what: '有些内容没有填对。',
    safe: '没有任何更改。',
    next: '请检查标出的各项后再提交。',
  },
  'request/foreign-origin': {
    what: '这个请求来自别的网站，已被拒绝。',
    safe: '没有任何更改。',
    next: '请从联诊的网址打开页面再操作。',
  },
  'request/idempotency-key-reused': {
    what: '这次提交与之前一次冲突。',
    safe: '之前那次提交的内容有效。',
    next: '请刷新页面，看清现状后再操作。',
  },
  'patient/not-found': {
    what: '找不到这位患者，或您没有查看权限。',
    safe: '',
    next: '请确认患者由本机构登记，或您参与了其会诊、转诊。',
  },
  'patient/resident-id-invalid': {
    what: '身份证号码不正确。',
    safe: '患者尚未登记。',
    next: '请对照证件逐位核对。',
  },
  'patient/identity-conflict': {
    what: '这个身份证号已登记过，但姓名、性别或出生日期不同。',
    safe: '没有登记第二份，也没有改动原来的。',
    next: '请对照证件核对；先查找这位患者，如确属登记错误请联系管理员。',
  },
  'patient/sex-missing': { what: '缺少性别。', safe: '患者尚未登记。', next: '没有身份证号时请选择性别。' },
  'department/not-found': { what: '找不到这个科室。', safe: '', next: '请重新选择科室。' },
  'department/nobody-on-duty': {
    what: '这个科室和总值班现在都没有人在岗。',
    safe: '会诊已存为草稿，没有丢失。',
    next: '请改选其他科室，或直接打电话联系县医院。',
  },
  'credential/not-valid': {
    what: '您的执业资质未核验或已过期，不能接诊或签发。',
    safe: '没有任何更改，草稿都在。',
    next: '请联系管理员更新资质。',
  },
  'consult/not-found': { what: '找不到这份会诊，或您没有查看权限。', safe: '', next: '请返回列表。' },
  'consult/stale-version': {
    what: '别人刚刚更改了这份会诊，或您在另一个窗口操作过。',
    safe: '您的操作没有执行，页面已更新到最新。',
    next: '请看清现在的状态，再决定是否重做。',
  },
  'consult/not-allowed-now': {
    what: '会诊现在的状态不允许这一步。',
    safe: '没有任何更改。',
    next: '页面已更新，请按现有按钮操作。',
  },
  'consult/not-yours': { what: '这一步不由您来做。', safe: '没有任何更改。', next: '请由会诊的另一方操作。' },
  'consult/already-signed': {
    what: '这份报告已经签发。',
    safe: '签发的内容不会被改动。',
    next: '请看页面上的报告；要改动请出更正报告。',
  },
  'consult/wrong-pin': {
    what: '签名 PIN 不对。',
    safe: '报告草稿已保存，尚未签发。',
    next: '请重新输入 PIN；忘记了请找管理员重设。',
  },
  'consult/no-pin': {
    what: '您还没有设置签名 PIN。',
    safe: '报告草稿已保存，尚未签发。',
    next: '请点右上角姓名，在“我的账户”里设置签名 PIN。',
  },
  'consult/report-empty': {
    what: '报告内容还不完整。',
    safe: '草稿已保存。',
    next: '请填写诊断意见和建议后再签发。',
  },
  'consult/reason-needed': {
    what: '部分采纳或不采纳需要写明理由。',
    safe: '没有任何更改。',
    next: '请填写理由后再提交。',
  },
  'consult/draft-stale': {
    what: '另一个窗口保存过这份草稿。',
    safe: '您在本页写的内容还在。',
    next: '请选择保留哪一份。',
  },
  'invitation/not-found': { what: '找不到这份邀请。', safe: '没有任何更改。', next: '请刷新页面。' },
  'invitation/not-an-expert': {
    what: '这位人员不承担会诊，不能受邀。',
    safe: '没有发出邀请。',
    next: '请另选一位专家。',
  },
  'invitation/takes-part-already': {
    what: '这位专家已经在会诊中。',
    safe: '没有重复发出邀请。',
    next: '请看专家组名单。',
  },
  'invitation/stale-version': {
    what: '这份邀请刚刚有了变化。',
    safe: '您的操作没有执行，页面已更新到最新。',
    next: '请看清现在的状态，再决定是否重做。',
  },
  'invitation/not-allowed-now': {
    what: '现在还不能这样做，或已经做过了。',
    safe: '没有任何更改。',
    next: '联署和不同意见要等主诊专家签发报告之后；已签发报告后不能再收回邀请。',
  },
  'invitation/not-yours': {
    what: '这份邀请不是给您的。',
    safe: '没有任何更改。',
    next: '请由受邀专家本人操作。',
  },
  'consult/slot-not-possible': {
    what: '这个时间已过去，或太远了。',
    safe: '没有任何更改。',
    next: '请选从现在起 90 天以内的时间。',
  },
  'consult/not-proposed': {
    what: '对方没有提出这个时间，或刚刚改了提议。',
    safe: '没有约定时间。',
    next: '请看最新的提议，再选一个。',
  },
  'consult/slot-taken': {
    what: '专家那时已约了别的会诊。',
    safe: '没有约定时间。',
    next: '请另选一个时间。',
  },
  'consult/no-meeting-now': {
    what: '会诊室现在不能进入。',
    safe: '看片和写报告不受影响。',
    next: '专家接受会诊后、会诊结束前可以进入。',
  },
  'study/not-found': {
    what: '找不到这组影像，或您没有查看权限。',
    safe: '',
    next: '请确认上传已经完成，再试一次。',
  },
  'study/patient-differs': {
    what: '影像上的姓名或编号与患者不一致。',
    safe: '影像已上传，尚未附到会诊。',
    next: '请核对是不是这位患者的片子，确认后再附上。',
  },
  'referral/not-found': { what: '找不到这份转诊，或您没有查看权限。', safe: '', next: '请返回列表。' },
  'referral/stale-version': {
    what: '别人刚刚更改了这份转诊。',
    safe: '您的操作没有执行，页面已更新。',
    next: '请看清现在的状态，再决定是否重做。',
  },
  'referral/not-allowed-now': {
    what: '转诊现在的状态不允许这一步。',
    safe: '没有任何更改。',
    next: '请按现有按钮操作。',
  },
  'referral/not-yours': {
    what: '这一步由对方机构来做。',
    safe: '没有任何更改。',
    next: '请等待对方操作，或打电话联系。',
  },
  'referral/already-open': {
    what: '这位患者已有一份未结束的转诊。',
    safe: '没有产生第二份。',
    next: '请在转诊列表里继续原来那份，或先取消它。',
  },
  'referral/no-destination': {
    what: '留床已到期，也没有约定时间。',
    safe: '没有任何更改。',
    next: '请对方重新安排床位或时间，再出发。',
  },
  'referral/bed-or-slot': {
    what: '接收患者需要一张床或一个接诊时间。',
    safe: '转诊尚未接收。',
    next: '请选择留床或约定时间。',
  },
  'referral/instructions-missing': {
    what: '下转必须写明随访要求。',
    safe: '转诊尚未发出。',
    next: '请填写随访要求后再发出。',
  },
  'referral/not-a-replacement': {
    what: '只有同一患者、同一机构的草稿才能取代这份转诊。',
    safe: '没有任何更改。',
    next: '请重新选择。',
  },
  'bed/promised': {
    what: '已有 {{held}} 张床留给途中的患者，这个数字放不下。',
    safe: '没有保存。',
    next: '请先释放留床，或把加床计入总数。',
  },
  'bed/not-found': { what: '找不到这个床位池。', safe: '', next: '请刷新后重新选择。' },
  'bed/none-open': {
    what: '这个科室现在没有空床。',
    safe: '转诊尚未接收。',
    next: '请换一个科室的床位，或改为约定接诊时间。',
  },
  'bed/stale-version': {
    what: '别人刚刚更新了床位数。',
    safe: '您的数字没有保存。',
    next: '请看最新数字后再填。',
  },
  'bed/more-occupied-than-total': {
    what: '已用床位比总床位还多。',
    safe: '没有保存。',
    next: '请核对两个数字。',
  },
  'bus/no-answer': {
    what: '系统内部有一个服务没有应答。',
    safe: '已保存的内容不受影响。',
    next: '请稍等几秒再试；若持续出现请告诉管理员。',
  },
  'room/full': { what: '会诊室人数已满。', safe: '', next: '请等有人离开后再进入。' },
  'ticket/expired': { what: '入室凭证已过期。', safe: '', next: '请重新进入，系统会自动换新凭证。' },
  'ticket/used': { what: '入室凭证已经用过。', safe: '', next: '请重新进入，系统会自动换新凭证。' },
  'ticket/invalid': { what: '入室凭证无效。', safe: '', next: '请重新进入；若仍不行，请联系管理员。' },
  'ticket/foreign': { what: '入室凭证不属于这间会诊室。', safe: '', next: '请从会诊页面重新进入。' },
  'printing/no-chinese-font': {
    what: '服务器上没有可用于打印的中文字体。',
    safe: '病历内容不受影响，屏幕上照常可看。',
    next: '请让管理员在服务器上安装 fonts-wqy-microhei 后再打印。',
  },
  'upload/not-dicom': {
    what: '这不是 DICOM 影像文件。',
    safe: '没有上传，其他文件不受影响。',
    next: '请从设备或光盘里选择 DICOM 文件。',
  },
  'upload/damaged': {
    what: '文件不完整或已损坏。',
    safe: '没有收下，其他文件不受影响。',
    next: '请从设备或光盘重新复制一份再传。',
  },
  'upload/same-uid-other-bytes': {
    what: '服务器上已有同一编号、但内容不同的影像。',
    safe: '原来的影像没有被覆盖。',
    next: '请向设备技师核实哪一份正确。',
  },
  'upload/mismatch': {
    what: '文件缺少必要的编号，或与所属检查不符。',
    safe: '没有收下，其他文件不受影响。',
    next: '请从设备重新导出后再传。',
  },
  'upload/unsupported-kind': {
    what: '这类 DICOM 对象暂不能接收。',
    safe: '没有上传。',
    next: '请选择图像文件。',
  },
  'upload/not-authorised': {
    what: '这组影像属于别的机构，不能由您添加。',
    safe: '没有收下。',
    next: '请让影像所属的机构上传。',
  },
  'upload/too-large': {
    what: '文件超过大小限制，或服务器空间不足。',
    safe: '之前的影像都在。',
    next: '请分开导出后再传；会诊可以先提交，影像随后补传。若所有文件都这样，请立即通知管理员。',
  },
  'upload/refused': {
    what: '服务器没有收下这份文件。',
    safe: '其他文件不受影响。',
    next: '请再试一次；若仍不行，请联系管理员。',
  },
} as const;
