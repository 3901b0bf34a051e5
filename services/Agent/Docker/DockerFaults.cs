using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Docker.DotNet;

namespace Ecs.Agent.Docker;

/// <summary>What a failed call to Docker means.</summary>
internal static partial class DockerFaults
{
    // An engine that is going down or coming up refuses with 500 and one of these; the next one may do what was asked.
    private static readonly string[] Passing =
    [
        "transport is closing", "client connection is closing", "context canceled",
        "ttrpc: closed", "error reading from server: EOF",
    ];

    // What lasts comes as 500 too, and within the progress of a pull it has no status at all.
    private static readonly string[] Lasting =
    [
        "not found", "manifest unknown", "name unknown", "denied", "unauthorized", "no basic auth credentials",
        "no matching manifest", "does not match the specified platform", "no space left on device",
    ];

    /// <summary>Whether Docker could not be reached, or cannot answer just now: asking again may help.</summary>
    public static bool IsPassing(Exception fault) => fault switch
    {
        DockerApiException { StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway } => true,
        DockerApiException api => Passing.Any(p => Whole(api).Message.Contains(p, StringComparison.Ordinal))
            || Containerd().IsMatch(Whole(api).Message),
        HttpRequestException or IOException or SocketException or TimeoutException or ObjectDisposedException => true,
        _ => false,
    };

    /// <summary>
    /// Whether a pull that was refused may go well when it is asked for again: what a registry says of an image or of
    /// who asks it will say again, and so will a full disk.
    /// </summary>
    public static bool MayPullPass(DockerApiException fault) =>
        (int)fault.StatusCode is >= 500 or 429 && !Lasting.Any(fault.Says);

    /// <summary>Docker's own words, as ECS quotes them, unless they are withheld.</summary>
    public static string Text(Exception fault) => fault switch
    {
        WithheldException => WithheldException.Told,
        DockerApiException api => $"Error response from daemon: {Message(api)}",
        _ => fault.Message,
    };

    /// <summary>Whether a refusal says so.</summary>
    public static bool Says(this DockerApiException fault, string text) =>
        Message(fault).Contains(text, StringComparison.OrdinalIgnoreCase);

    /// <summary>The ports that a refusal names, as in <c>0.0.0.0:40001</c>.</summary>
    public static IEnumerable<int> Ports(DockerApiException fault) => Port().Matches(Message(fault))
        .Select(match => int.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture));

    // Not its socket alone, which a container may mount: a mount that is refused will be refused again.
    [GeneratedRegex(@"\b(?:dial|read|write) (?:unix )?\S*containerd\.sock\b")]
    private static partial Regex Containerd();

    [GeneratedRegex(@":(\d{1,5})\b")]
    private static partial Regex Port();

    private static DockerApiException Whole(DockerApiException fault) =>
        fault is WithheldException withheld ? withheld.Fault : fault;

    private static string Message(DockerApiException refusal)
    {
        var fault = Whole(refusal);
        try
        {
            return JsonSerializer.Deserialize<Body>(fault.ResponseBody ?? "", JsonSerializerOptions.Web)?.Message
                ?? fault.Message;
        }
        catch (JsonException)
        {
            return fault.ResponseBody ?? fault.Message;
        }
    }

    private sealed record Body(string? Message);
}
