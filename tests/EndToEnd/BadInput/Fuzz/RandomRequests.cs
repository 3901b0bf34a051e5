using System.Globalization;
using System.Text;
using Ecs.Gateway.Tests.Model;

namespace Ecs.EndToEnd.BadInput.Fuzz;

/// <summary>A request that nobody in their senses would send.</summary>
internal sealed record StrangeRequest(string Method, string Path, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public override string ToString() =>
        $"{Method} {Path} {string.Join(' ', Headers)} {Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 400)))}";
}

/// <summary>
/// Requests made from ECS's model and then spoiled: the n-th of a seed is always the same, so that a failure is found
/// again by its number.
/// </summary>
internal sealed class RandomRequests(int seed)
{
    private const string Target = "AmazonEC2ContainerServiceV20141113.";

    private static readonly string[] Words =
    [
        "", "x", "default", "RUNNING", "\u0000", "\uFFFF", "a b", "../..", "arn:aws:ecs", "-1", "null", "%00", "😀", "'; --",
        "arn:aws:ecs:us-east-1:000000000000:cluster/x", "arn:aws:ecs:::task/", "{{7*7}}", "\u202E", new('y', 300), "main",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-1", "1", "10", "101", "2147483647", "2147483648", "-9223372036854775809", "1e308", "1e999", "0.5", "-0",
        "1" + new string('0', 500), "7E-400",
    ];

    private static readonly string[] Paths =
    [
        "//", "/?x=%00", "/../", "/log/x", "/log?after=-1&limit=1e9", "/explain/%2e%2e", "/explain/%00", "/dead-letters/%ff",
        "/at/0", "/at/99999999999999999999", "/at/%00", "/at/-1", "/at/2026-13-45T99:99:99Z", "/at/9999-12-31T23:59:59Z", "/at/%f0%9f%98%80",
        "/state?at=%ff", "/diff?from=0&to=-1", "/simulate?from=0&to=1&instances=999999999x", "/history?of=%25%00", "/logs/%2f%2f", "/exec/x",
    ];

    public StrangeRequest Make(int number)
    {
        var random = new Random(HashCode(seed, number));
        var operation = EcsModel.Operations[random.Next(EcsModel.Operations.Count)];
        var text = new StringBuilder();
        Value(EcsModel.Input(operation), random, text, depth: 0);
        var body = Spoil(Encoding.UTF8.GetBytes(text.ToString()), random);
        var method = random.Next(40) == 0 ? Pick(random, "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD") : "POST";
        var path = random.Next(25) == 0 ? Pick(random, Paths) : "/";
        List<(string Name, string Value)> headers = [.. Headers(operation, random)];

        // Such a line is refused and the connection closed, before anything of the body is read: who sends it before he has
        // the answer gets none, whichever server it is.
        if (path.Contains("%00", StringComparison.Ordinal) && !headers.Exists(header => header.Name is "Expect"))
        {
            headers.Add(("Expect", "100-continue"));
        }

        return new StrangeRequest(method, path, headers, body);
    }

    private static IEnumerable<(string Name, string Value)> Headers(string operation, Random random)
    {
        if (random.Next(50) > 0) yield return ("X-Amz-Target", Target + operation);
        if (random.Next(30) == 0) yield return ("X-Amz-Target", Pick(random, "", "x", Target, Target + new string('o', 4000)));
        if (random.Next(20) == 0) yield return ("Content-Encoding", Pick(random, "gzip", "br", "nonsense"));
        if (random.Next(20) == 0) yield return ("amz-sdk-invocation-id", Pick(random, "x", "5b0a0e2e-8c0e-4f7a-9d9e-1f0c4c1a7d11"));
        if (random.Next(20) == 0) yield return ("Expect", "100-continue");
        yield return ("Content-Type", random.Next(10) > 0
            ? "application/x-amz-json-1.1"
            : Pick(random, "text/xml", "application/json; charset=utf-16", "multipart/form-data", "x"));
    }

    private static void Value(EcsShape shape, Random random, StringBuilder text, int depth)
    {
        if (depth > 6 || random.Next(25) == 0)
        {
            Anything(random, text, depth);
            return;
        }

        switch (shape.Type)
        {
            case "structure":
                Structure(shape, random, text, depth);
                break;
            case "list":
                text.Append('[');
                Times(random, 4, text, () => Value(EcsModel.Shape(shape.Item), random, text, depth + 1));
                text.Append(']');
                break;
            case "map":
                text.Append('{');
                Times(random, 3, text, () =>
                {
                    Text(Pick(random, Words), text);
                    text.Append(':');
                    Value(EcsModel.Shape(shape.Item), random, text, depth + 1);
                });
                text.Append('}');
                break;
            case "string":
                Text(shape.Enum.Count > 0 && random.Next(3) > 0 ? Pick(random, [.. shape.Enum]) : Pick(random, Words), text);
                break;
            case "boolean":
                text.Append(random.Next(2) == 0 ? "true" : "false");
                break;
            default:
                text.Append(Pick(random, Numbers));
                break;
        }
    }

    private static void Structure(EcsShape shape, Random random, StringBuilder text, int depth)
    {
        text.Append('{');
        var members = shape.Members.Where(member => shape.Required.Contains(member.Key)
            ? random.Next(8) > 0
            : random.Next(depth == 0 ? 3 : 6) == 0).ToList();
        // Now and then one is there twice, or has a name that is none.
        if (members.Count > 0 && random.Next(15) == 0) members.Add(members[0]);
        var index = 0;
        foreach (var (name, of) in members)
        {
            if (index++ > 0) text.Append(',');
            Text(random.Next(60) == 0 ? name + "x" : name, text);
            text.Append(':');
            Value(EcsModel.Shape(of), random, text, depth + 1);
        }

        text.Append('}');
    }

    private static void Anything(Random random, StringBuilder text, int depth)
    {
        switch (random.Next(8))
        {
            case 0: text.Append("null"); break;
            case 1: text.Append(Pick(random, Numbers)); break;
            case 2: Text(Pick(random, Words), text); break;
            case 3: text.Append("[]"); break;
            case 4: text.Append("{}"); break;
            case 5: text.Append("\"\\ud800\""); break;
            case 6:
                var nested = random.Next(depth == 0 ? 2 : 200);
                text.Append('[', nested).Append(']', nested);
                if (nested == 0) text.Append("true");
                break;
            default: Text(new string('z', random.Next(20_000)), text); break;
        }
    }

    private static byte[] Spoil(byte[] body, Random random)
    {
        switch (random.Next(30))
        {
            case 0: return body[..random.Next(body.Length + 1)];
            case 1: return Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body));
            case 2: return [0xEF, 0xBB, 0xBF, .. body];
            case 3: return [.. body, .. body];
            case 4: return [];
            case 5:
                var bytes = new byte[random.Next(2000)];
                random.NextBytes(bytes);
                return bytes;
            case 6 when body.Length > 0:
                for (var flips = 0; flips < 3; flips++) body[random.Next(body.Length)] = (byte)random.Next(256);
                return body;
            case 7: return Encoding.UTF8.GetBytes($"{{\"family\": \"{new string('f', random.Next(2_000_000))}\"}}");
            case 8: return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", random.Next(20_000))));
            default: return body;
        }
    }

    private static void Times(Random random, int most, StringBuilder text, Action item)
    {
        var count = random.Next(200) == 0 ? 300 : random.Next(most);
        for (var i = 0; i < count; i++)
        {
            if (i > 0) text.Append(',');
            item();
        }
    }

    private static void Text(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var c in value)
        {
            if (c is '"' or '\\') text.Append('\\').Append(c);
            else if (c < ' ') text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else text.Append(c);
        }

        text.Append('"');
    }

    private static string Pick(Random random, params string[] of) => of[random.Next(of.Length)];

    // Stable from run to run, which .NET's own is not.
    private static int HashCode(int seed, int number) => unchecked((seed * 486_187_739) + (number * 16_777_619));
}
