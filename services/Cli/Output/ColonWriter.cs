using System.Text;

namespace Ecs.Cli.Output;

/// <summary>
/// Spectre's markup takes a word between two colons for the name of a picture, and cannot be told not to: an ARN with a
/// <c>:key:</c> in it would be shown as another. Until it is written, a colon from outside is another character.
/// </summary>
/// <param name="writer">Where to write.</param>
internal sealed class ColonWriter(TextWriter writer) : TextWriter
{
    // Of those that Unicode gives no meaning; as wide as a colon.
    private const char Hidden = '\uE03A';

    /// <inheritdoc/>
    public override Encoding Encoding => writer.Encoding;

    /// <summary>Text for markup that has no colons.</summary>
    public static string Hide(string text) => text.Replace(':', Hidden);

    /// <inheritdoc/>
    public override void Write(char value) => writer.Write(value is Hidden ? ':' : value);

    /// <inheritdoc/>
    public override void Write(string? value) => writer.Write(value?.Replace(Hidden, ':'));

    /// <inheritdoc/>
    public override void Flush() => writer.Flush();
}
