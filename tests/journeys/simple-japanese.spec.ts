/** やさしい日本語 from the waiting card to its return: the holder reads short words with their readings, and nothing is lost by the choice. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { openPractice, placePracticeCard, type } from './support/counter.ts';

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([]);
}

/** The heading, with a reading above each of its kanji. */
async function expectHeading(page: Page, name: string): Promise<void> {
  // Accessible names have spaces where a ruby begins and ends.
  const heading = page.getByRole('heading', { level: 1, name: new RegExp(`^${Array.from(name).join('\\s*')}$`, 'u') });
  await expect(heading).toBeVisible();
  const bare = await heading.evaluate((element) => {
    const copy = element.cloneNode(true) as HTMLElement; // the clone of an element is one
    for (const ruby of copy.querySelectorAll('ruby')) ruby.remove();
    return /\p{Script=Han}/u.test(copy.textContent);
  });
  expect(bare).toBe(false);
}

for (const { place, viewport } of [
  { place: 'at the counter', viewport: { width: 1280, height: 800 } },
  { place: 'upright', viewport: { width: 1080, height: 1920 } },
]) {
  test(`a whole check ${place}`, async ({ page }, info) => {
    const shoot = (name: string): Promise<Buffer> => page.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true });
    await page.setViewportSize(viewport);
    await openPractice(page);
    await page.getByRole('button', { name: 'やさしい日本語' }).click();
    await expectHeading(page, 'カードを置いてください');
    await expectAccessible(page);
    await shoot('waiting');

    await placePracticeCard(page, 'standard');
    await expectHeading(page, '免許の暗証番号を入れてください');
    await expectAccessible(page);
    await shoot('licence');
    await type(page, '9999');
    await page.keyboard.press('Enter');
    await expectHeading(page, 'カードに書いてある番号を入れてください');
    await shoot('number');
    await type(page, '02051520344822');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText('ちがいます');
    await expectAccessible(page);
    await shoot('wrong');

    await page.getByRole('button', { name: 'やめる' }).click();
    await expectHeading(page, 'カードを取ってください');
    await expectAccessible(page);
    await shoot('return');
    await page.getByRole('button', { name: 'ふりがな' }).click();
    await expect(page.locator('ruby')).toHaveCount(0);
  });
}
