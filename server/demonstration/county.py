"""Who and what the demonstration county consists of. Every person is invented.

Resident IDs are valid by GB 11643 but begin with 999900, which is no administrative division, so that they can
be nobody's.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"

HOSPITAL = "青岭县人民医院"
HEALTH_CENTRE_EAST = "东溪镇中心卫生院"
HEALTH_CENTRE_WEST = "西坪乡卫生院"
VILLAGE_ROOM = "石桥村卫生室"
EMERGENCY_DESK = "青岭县急救指挥中心"
AUTHORITY = "青岭县卫生健康局"

RADIOLOGY, CARDIOLOGY, RESPIRATORY, NEUROLOGY = "放射科", "心血管内科", "呼吸内科", "神经内科"
GENERAL = "全科"


@dataclass(frozen=True, slots=True)
class Place:
    """An institution and its departments."""

    name: str
    kind: Literal["county_hospital", "township_centre", "village_room", "emergency_centre", "administration"]
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A person with a login; `on_duty` puts them on the roster of their department."""

    username: str
    name: str
    role: str
    place: str
    department: str | None = None
    on_duty: bool = False


@dataclass(frozen=True, slots=True)
class Resident:
    """A patient of one of the health centres."""

    name: str
    sex: Literal["male", "female"]
    birth_date: date
    place: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Ward:
    """Beds of a department of the hospital."""

    department: str
    total: int
    occupied: int


PLACES = (
    Place(HOSPITAL, "county_hospital", (RADIOLOGY, CARDIOLOGY, RESPIRATORY, NEUROLOGY)),
    Place(HEALTH_CENTRE_EAST, "township_centre", (GENERAL,)),
    Place(HEALTH_CENTRE_WEST, "township_centre", (GENERAL,)),
    Place(VILLAGE_ROOM, "village_room", ()),
    Place(EMERGENCY_DESK, "emergency_centre", ()),
    Place(AUTHORITY, "administration", ()),
)

MEMBERS = (
    Member("wangfang", "王芳", "township_doctor", HEALTH_CENTRE_EAST, GENERAL),
    Member("zhaolei", "赵磊", "township_doctor", HEALTH_CENTRE_WEST, GENERAL),
    Member("heping", "何平", "village_doctor", VILLAGE_ROOM),
    Member("zhangwei", "张伟", "specialist", HOSPITAL, RESPIRATORY, on_duty=True),
    Member("liming", "李明", "specialist", HOSPITAL, RESPIRATORY),
    Member("chenjing", "陈静", "specialist", HOSPITAL, CARDIOLOGY, on_duty=True),
    Member("liuyang", "刘洋", "specialist", HOSPITAL, CARDIOLOGY),
    Member("sunli", "孙丽", "specialist", HOSPITAL, RADIOLOGY, on_duty=True),
    Member("zhoutao", "周涛", "specialist", HOSPITAL, NEUROLOGY, on_duty=True),
    Member("wujianguo", "吴建国", "director", HOSPITAL, on_duty=True),
    Member("zhengxin", "郑欣", "coordinator", HOSPITAL),
    Member("fengyan", "冯燕", "bed_office", HOSPITAL),
    Member("qianjin", "钱进", "emergency_coordinator", EMERGENCY_DESK),
    Member("admin", "系统管理员", "administrator", HOSPITAL),
    Member("luojian", "罗建", "regulator", AUTHORITY),
)

RESIDENTS = (
    Resident("李国强", "male", date(1958, 4, 12), HEALTH_CENTRE_EAST, "13900000001", "东溪镇柳树街12号"),
    Resident("陈秀英", "female", date(1949, 11, 3), HEALTH_CENTRE_EAST, "13900000002", "东溪镇河东村3组"),
    Resident("刘建军", "male", date(1971, 7, 25), HEALTH_CENTRE_EAST, "13900000003", "东溪镇新民路8号"),
    Resident("杨桂兰", "female", date(1963, 2, 18), HEALTH_CENTRE_EAST, "13900000004", "东溪镇茶亭村1组"),
    Resident("黄小宝", "male", date(2021, 9, 9), HEALTH_CENTRE_EAST, "13900000005", "东溪镇新民路21号"),
    Resident("周美玲", "female", date(1990, 5, 30), HEALTH_CENTRE_EAST, "13900000006", "东溪镇柳树街40号"),
    Resident("吴大山", "male", date(1955, 8, 14), HEALTH_CENTRE_WEST, "13900000007", "西坪乡上坪村"),
    Resident("徐玉珍", "female", date(1944, 1, 22), HEALTH_CENTRE_WEST, "13900000008", "西坪乡下坪村"),
    Resident("孙志远", "male", date(1982, 12, 6), HEALTH_CENTRE_WEST, "13900000009", "西坪乡街道5号"),
    Resident("马春花", "female", date(1976, 3, 8), HEALTH_CENTRE_WEST, "13900000010", "西坪乡竹园村"),
    Resident("胡老根", "male", date(1938, 6, 1), VILLAGE_ROOM, "13900000011", "石桥村2组"),
    Resident("郭彩霞", "female", date(1967, 10, 17), VILLAGE_ROOM, "13900000012", "石桥村5组"),
)

WARDS = (Ward(CARDIOLOGY, 40, 34), Ward(RESPIRATORY, 36, 29), Ward(NEUROLOGY, 30, 28))


def resident_id(resident: Resident, number: int) -> str:
    """Make up a valid resident ID (GB 11643): division 999900, birth date, order, check character."""
    order = number * 2 + (1 if resident.sex == "male" else 0)
    body = f"999900{resident.birth_date:%Y%m%d}{order:03d}"
    check = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11
    return body + CHECK_CHARACTERS[check]
