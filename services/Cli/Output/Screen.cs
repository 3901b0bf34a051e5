using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ecs.Cli.Output;

/// <summary>
/// Where the tool writes: results to standard output, everything else to standard error. Colours and moving text only
/// on a terminal; with <c>--json</c> one JSON document and nothing else.
/// </summary>
internal sealed class Screen
{
    // A line that is not for a terminal is for a program: it is never broken.
    private const int UnbrokenWidth = 1000;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly TextWriter _output;
    private readonly TextWriter _errorOutput;
    private readonly IAnsiConsole _console;
    private readonly IAnsiConsole _errors;

    /// <param name="output">Standard output.</param>
    /// <param name="errors">Standard error.</param>
    /// <param name="isTerminal">Whether standard output is a terminal.</param>
    /// <param name="environment">The environment, for NO_COLOR, TERM, COLORTERM, COLUMNS.</param>
    public Screen(TextWriter output, TextWriter errors, bool isTerminal, Func<string, string?> environment)
    {
        _output = output;
        _errorOutput = errors;
        IsTerminal = isTerminal && environment("TERM") is not "dumb";
        var isPlain = environment("NO_COLOR") is { Length: > 0 };
        HasColours = IsTerminal && !isPlain;
        var colours = isPlain ? ColorSystemSupport.NoColors : Colours(environment("COLORTERM"), environment("TERM"));
        _console = Make(output, IsTerminal, colours);
        if (IsTerminal && int.TryParse(environment("COLUMNS"), out var columns) && columns > 0)
        {
            _console.Profile.Width = columns;
        }

        _errors = Make(errors, isTerminal: false, ColorSystemSupport.NoColors);
    }

    /// <summary>Whether standard output is a terminal that can move its cursor.</summary>
    public bool IsTerminal { get; }

    /// <summary>Whether standard output shows colours.</summary>
    public bool HasColours { get; }

    /// <summary>The terminal itself, for what moves.</summary>
    public IAnsiConsole Console => _console;

    /// <summary>One JSON document, as it came.</summary>
    public void Json(JsonElement value) => _output.WriteLine(JsonSerializer.Serialize(value, Indented));

    /// <summary>One line as it is.</summary>
    public void Raw(string line)
    {
        _output.WriteLine(line);
        _output.Flush();
    }

    /// <summary>One line as it is, to standard error.</summary>
    public void RawError(string line)
    {
        _errorOutput.WriteLine(line);
        _errorOutput.Flush();
    }

    /// <summary>A line with Spectre's markup; what came from outside must be <see cref="Words.Safe"/>.</summary>
    public void Line(string markup) => _console.MarkupLine(markup);

    /// <summary>A table or the like.</summary>
    public void Show(IRenderable block) => _console.Write(block);

    /// <summary>Lines to standard error.</summary>
    public void Note(string text) => _errors.WriteLine(Words.Block(text));

    private static ColorSystemSupport Colours(string? colourTerm, string? term) => colourTerm switch
    {
        "truecolor" or "24bit" => ColorSystemSupport.TrueColor,
        _ when term?.Contains("256", StringComparison.Ordinal) is true => ColorSystemSupport.EightBit,
        _ => ColorSystemSupport.Standard,
    };

    private static IAnsiConsole Make(TextWriter writer, bool isTerminal, ColorSystemSupport colours)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            ColorSystem = isTerminal ? colours : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(new ColonWriter(writer)),
        });
        if (!isTerminal) console.Profile.Width = UnbrokenWidth;
        return console;
    }
}
