/** Texts of oversight; they come with its pages, not with the first load. */
export const oversight = {
  title: '监管',
  tabs: { glass: '紧急调阅' },
  glass: {
    offer: '紧急调阅',
    offerHint: '仅限抢救等紧急情况：说明事由并输入 PIN 后，可查看 4 小时。',
    dialogTitle: '紧急调阅患者档案',
    dialogHint:
      '您没有参与这位患者的诊疗。确认后您本人可查看其档案 4 小时；系统会立即通知患者所属机构的主任，次日逐例审核，您查看的每一项内容都有记录。',
    reason: '调阅事由',
    reasonHint: '写明为什么现在必须看，至少 4 个字',
    pin: 'PIN',
    confirm: '确认调阅',
    banner: '紧急调阅中',
    giveBack: '结束调阅',
    waiting: '有 {{count}} 次紧急调阅等待您审核',
    goReview: '去审核',
    pageHint: '本机构患者的档案被未参与诊疗的人员紧急调阅时，请在次日 18 时前审核事由是否成立。',
    onlyWaiting: '待审核',
    all: '全部',
    none: '没有紧急调阅',
    noneWaiting: '没有待审核的紧急调阅',
    who: '调阅人',
    whose: '患者',
    home: '所属机构',
    opened: '调阅时间',
    until: '至',
    stillOpen: '仍可查看',
    due: '审核期限',
    judge: '审核',
    verdict: { justified: '事由成立', not_justified: '事由不成立' },
    note: '审核意见',
    send: '提交审核',
    judgedBy: '{{name}} 审核于 {{time}}',
    own: '这是您本人的调阅，须由他人审核。',
  },
} as const;

export const oversightProblems = {
  'break-glass/not-found': { what: '找不到这次紧急调阅。', safe: '', next: '请返回列表。' },
  'break-glass/not-needed': {
    what: '您本来就可以查看这位患者。',
    safe: '没有产生紧急调阅。',
    next: '请按 Ctrl K 查找患者，直接打开档案。',
  },
  'break-glass/wrong-pin': {
    what: 'PIN 不对。',
    safe: '没有产生紧急调阅。',
    next: '请重新输入 PIN；忘记了请找管理员重设。',
  },
  'break-glass/no-pin': {
    what: '您还没有设置 PIN。',
    safe: '没有产生紧急调阅。',
    next: '请联系管理员设置 PIN；危急时请直接打电话给患者所属机构。',
  },
  'break-glass/not-yours': {
    what: '自己的紧急调阅不能由自己审核。',
    safe: '没有任何更改。',
    next: '请由其他主任或监管人员审核。',
  },
  'break-glass/already-reviewed': {
    what: '这次紧急调阅已经审核过。',
    safe: '原审核结论不变。',
    next: '页面已更新。',
  },
  'break-glass/stale-version': {
    what: '这次调阅刚刚有变化。',
    safe: '您的审核没有提交。',
    next: '请看清现在的内容后再提交。',
  },
  'break-glass/already-over': { what: '这次紧急调阅已经结束。', safe: '', next: '无需再操作。' },
} as const;
