using System.Text;
using Ecs.Cli.Output;
using Ecs.Contracts.Agents;

namespace Ecs.Cli.Commands;

/// <summary>
/// Writes lines of logs as their containers wrote them: standard output to the tool's own, standard error likewise.
/// Where several containers may speak, each line begins with its container's name, on a terminal in its colour.
/// </summary>
/// <param name="screen">Where to write.</param>
/// <param name="names">The containers that may speak.</param>
/// <param name="timestamps">Whether each line's time is written.</param>
internal sealed class LogWriting(Screen screen, IReadOnlyList<string> names, bool timestamps)
{
    private const string Plain = "\e[0m";

    // Cyan, yellow, green, magenta, blue and their bright ones: red is left to errors.
    private static readonly int[] Colours = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

    private readonly int _width = names.Select(name => name.Length).DefaultIfEmpty(0).Max();

    // Pieces of lines that were too long for Docker, until their last one comes.
    private readonly Dictionary<(string Container, string Stream), Pieces> _pieces = [];

    /// <summary>Takes one line or piece.</summary>
    public void Take(LogLine line)
    {
        if (line.Error is { } error)
        {
            screen.RawError(LogLine.Withheld(line.Container, error));
            return;
        }

        var key = (line.Container, line.Stream);
        var bytes = line.Line is { } text ? Encoding.UTF8.GetBytes(text) : Convert.FromBase64String(line.Base64 ?? "");
        if (line.IsPartial is true || _pieces.ContainsKey(key))
        {
            if (!_pieces.TryGetValue(key, out var pieces)) pieces = _pieces[key] = new Pieces(line, new MemoryStream());
            pieces.Bytes.Write(bytes);
            if (line.IsPartial is true && pieces.Bytes.Length < Pieces.MaxBytes) return;

            _pieces.Remove(key);
            (line, bytes) = (pieces.First, pieces.Bytes.ToArray());
        }

        Write(line, bytes);
    }

    /// <summary>Writes what is left of lines whose last piece never came.</summary>
    public void Finish()
    {
        foreach (var pieces in _pieces.Values) Write(pieces.First, pieces.Bytes.ToArray());
        _pieces.Clear();
    }

    private void Write(LogLine line, byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes).TrimEnd('\r');
        var time = timestamps && line.Time is not null ? $"{line.Time} " : "";
        var written = $"{Prefix(line.Container)}{time}{text}";
        if (line.Stream is "stderr") screen.RawError(written);
        else screen.Raw(written);
    }

    private string Prefix(string container)
    {
        if (names.Count < 2) return "";

        var name = $"{container.PadRight(_width)} | ";
        var index = Math.Max(0, names.TakeWhile(known => known != container).Count());
        return screen.HasColours ? $"\e[{Colours[index % Colours.Length]}m{name}{Plain}" : name;
    }

    private sealed record Pieces(LogLine First, MemoryStream Bytes)
    {
        /// <summary>A longer line is written in several: the tool's memory is no place for a whole disk.</summary>
        public const int MaxBytes = 1024 * 1024;
    }
}
