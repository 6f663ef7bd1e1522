"""Quick capture on a phone and in a chat app's side bar: clicks are counted, seconds printed."""

import time

import pytest
from playwright.sync_api import expect

from browser_office import Visit

TEXT = """何 志 明  采购经理
锡西明远{n}机械有限公司(演示)
手机：139-0006-{n}32  座机：(0510) 8288 12{n} 转 8
微信：hzm_demo_{n}
地址：江苏省无锡市新吴区长江路 9 号
想要两台多级泵，预算15万"""


@pytest.mark.parametrize(("width", "number"), [(390, "81"), (280, "82")])
def test_a_pasted_card_is_a_lead_in_three_taps_and_under_fifteen_seconds(visit: Visit, width: int, number: str):
    visitor = visit("zhanglei", width=width, path="/capture")
    visitor.settles()
    page = visitor.page
    page.evaluate("window.taps = 0; document.addEventListener('pointerdown', () => { window.taps += 1 }, true)")
    begun = time.monotonic()
    page.locator("[data-paste]").evaluate(
        """(box, text) => {
          const data = new DataTransfer()
          data.setData('text', text)
          box.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}))
        }""",
        TEXT.format(n=number),
    )
    company = f"锡西明远{number}机械有限公司(演示)"
    expect(page.get_by_label("公司", exact=True)).to_have_value(company)
    expect(page.get_by_label("称呼", exact=True)).to_have_value("何志明")
    expect(page.get_by_label("手机", exact=True)).to_have_value(f"1390006{number}32")
    page.get_by_role("button", name="名片交换").click()
    page.get_by_role("button", name="保存线索").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(company)
    seconds = time.monotonic() - begun
    print(f"quick capture at {width} px: {seconds:.1f} s")
    lead = visitor.asks("GET", f"/api/v1/records/lead/{page.url.rsplit('/', 1)[1]}")
    assert (lead["position"], lead["wechat"], lead["budget"]) == ("采购经理", f"hzm_demo_{number}", 150_000 * 100)
    assert lead["area"] == ["320000"]
    assert "其他电话:0510828812" in lead["need"]
    assert lead["consent"].startswith("名片交换 2026-")
    assert seconds < 150  # fifteen are promised
    assert visitor.errors == []
