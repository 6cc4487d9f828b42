"""What the indicators are called on paper, and how a figure is written."""

from collections.abc import Mapping

from consult_api.oversight.rules.indicators import Exclusion, Figure, Form
from consult_api.printing.words import Language

NAMES: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "response_on_time": "会诊按时响应率",
        "submit_to_accept": "提交至接诊（分）",
        "accept_to_start": "接诊至开始会诊（分）",
        "accept_to_report": "接诊至签发报告（分）",
        "report_to_acknowledge": "报告至处理意见（分）",
        "escalated": "升级转呼率",
        "rang_director": "呼叫到主任比例",
        "adoption": "意见采纳率",
        "loop_closed": "闭环率",
        "session_held": "视频会诊完成率",
        "referral_on_time": "转诊按时答复率",
        "referral_accepted": "转诊接收率",
        "no_show": "转诊未到比例",
        "down_by_up": "下转上转比",
        "refer_to_accept": "转诊至接收（分）",
        "accept_to_arrive": "接收至到达（分）",
        "arrive_to_admit": "到达至入院（分）",
        "admit_to_discharge": "入院至出院（分）",
        "discharge_to_return": "出院至接回（分）",
        "hold_used": "留床使用率",
        "hold_to_admission": "留床至入院（分）",
        "in_county": "县域内就诊率",
        "write_back_lag": "档案写回用时（分）",
        "dead_letters": "写回失败比例",
    },
    "en": {
        "response_on_time": "Consults answered on time",
        "submit_to_accept": "Sent to accepted (min)",
        "accept_to_start": "Accepted to meeting (min)",
        "accept_to_report": "Accepted to report (min)",
        "report_to_acknowledge": "Report to decision (min)",
        "escalated": "Escalated",
        "rang_director": "Reached the director",
        "adoption": "Advice adopted",
        "loop_closed": "Loops closed",
        "session_held": "Meetings completed",
        "referral_on_time": "Referrals answered on time",
        "referral_accepted": "Referrals accepted",
        "no_show": "Referred, not arrived",
        "down_by_up": "Down by up",
        "refer_to_accept": "Referred to accepted (min)",
        "accept_to_arrive": "Accepted to arrived (min)",
        "arrive_to_admit": "Arrived to admitted (min)",
        "admit_to_discharge": "Admitted to discharged (min)",
        "discharge_to_return": "Discharged to taken back (min)",
        "hold_used": "Beds held and used",
        "hold_to_admission": "Hold to admission (min)",
        "in_county": "Treated in the county",
        "write_back_lag": "Write-back lag (min)",
        "dead_letters": "Write-back dead letters",
    },
}

EXCLUSIONS: Mapping[Language, Mapping[Exclusion, str]] = {
    "zh": {
        Exclusion.STILL_OPEN: "尚未到期",
        Exclusion.TAKEN_BACK: "已撤回",
        Exclusion.NOT_REACHED: "尚未发生",
    },
    "en": {
        Exclusion.STILL_OPEN: "not due yet",
        Exclusion.TAKEN_BACK: "taken back",
        Exclusion.NOT_REACHED: "not happened yet",
    },
}


def written(form: Form, figure: Figure) -> str:
    """Write a figure: a share in per cent, minutes and a relation with one decimal; a dash over nothing."""
    if figure.value is None:
        return "—"
    if form is Form.SHARE:
        return f"{figure.value:.1%}"
    if figure.high is None:
        return f"{figure.value:.2f}"
    return f"{figure.value:.1f} / {figure.high:.1f}"


def left_out(language: Language, figure: Figure) -> str:
    """Say what was left out and why."""
    words = EXCLUSIONS[language]
    comma = "、" if language == "zh" else ", "
    return comma.join(f"{words[why]} {count}" for why, count in sorted(figure.excluded.items())) or "—"
