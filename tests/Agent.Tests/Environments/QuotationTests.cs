using System.Text.Json;
using CsCheck;
using Ecs.Agent.Environments;

namespace Ecs.Agent.Tests.Environments;

/// <summary>What is quoted in a text, however deep, is found in one of its forms.</summary>
public sealed class QuotationTests
{
    [Fact]
    public void Given_any_text_when_it_is_quoted_as_json_again_and_again_then_it_is_in_one_of_the_forms() =>
        Gen.Select(Gen.String, Gen.Int[0, Quotation.MaxDepth]).Sample((any, depth) =>
        {
            var text = Whole(any);
            var quoted = text;
            for (var level = 0; level < depth; level++) quoted = $"error: {JsonSerializer.Serialize(quoted)}";

            return Quotation.Forms(quoted).Any(form => form.Contains(text, StringComparison.Ordinal));
        });

    [Theory]
    [InlineData("""tab\tbell\abyte\x41rune\u00e9far\U0001F600quote\"slash\\""", "tab\tbell\abyteArune\u00e9far\U0001F600quote\"slash\\")]
    [InlineData("""no number \UFFFFFFFF, no escape \q, none at the end \""", """no number \UFFFFFFFF, no escape \q, none at the end \""")]
    public void Given_what_go_writes_between_quotation_marks_then_its_form_is_the_text_again(string quoted, string text) =>
        Assert.Contains(text, Quotation.Forms(quoted));

    [Fact]
    public void Given_a_text_without_quotations_then_it_has_one_form() =>
        Assert.Equal(["as it stands"], Quotation.Forms("as it stands"));

    // Half a surrogate pair is no text, and JSON writes another character for it.
    private static string Whole(string text) => JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(text))!;
}
